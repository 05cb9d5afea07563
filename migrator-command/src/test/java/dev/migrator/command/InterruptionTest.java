package dev.migrator.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.Migrator;
import dev.migrator.event.MigrationEvent;
import dev.migrator.event.MigrationListener;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whoever waits where nothing has to be waited for waits for a day here. */
@PostgresTest
@Timeout(60)
class InterruptionTest {

    private final Interruption interruption = new Interruption("on request", Duration.ofDays(1));
    private MigrationFolder folder;

    @BeforeEach
    void folder(@TempDir Path path) {
        folder = new MigrationFolder(path);
    }

    private Migrator migrator(String jdbcUrl) {
        return migrator(jdbcUrl, event -> {});
    }

    private Migrator migrator(String jdbcUrl, MigrationListener listener) {
        return interruption.watch(Migrator.builder()
                .connection(jdbcUrl, null, null)
                .locations(folder.location())
                .connectTimeout(Duration.ofSeconds(50))
                .listener(listener)
                .connectionRetry(0, Duration.ZERO)
                .build());
    }

    @Test
    void aVerbThatAsksIsNotWaitedFor(TestDatabase database) {
        int code = interruption.during(() -> {
            migrator(database.jdbcUrl());
            // where its main thread sits in a question, the end of the process comes on another
            CompletableFuture.runAsync(interruption::end).join();
            return 7;
        });
        assertThat(code).isEqualTo(7);
        assertThat(interruption.cancel("again")).isFalse();
    }

    @Test
    void aConnectThatHangsIsNotWaitedFor() throws Exception {
        folder.write("001-first.sql", "SELECT 1;");
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Migrator migrator = migrator("jdbc:postgresql://localhost:" + silent.getLocalPort() + "/none");
            CompletableFuture<Void> run = CompletableFuture.runAsync(() -> interruption.during(() -> {
                migrator.migrate();
                return 0;
            }));
            CompletableFuture.runAsync(() -> accept(silent, run)).join();
        }
    }

    private void accept(ServerSocket silent, CompletableFuture<Void> run) {
        try (Socket client = silent.accept()) {
            interruption.end();
            assertThat(run).as("the connect itself goes on").isNotDone();
            assertThat(client.isClosed()).isFalse();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aRunIsCancelledAndItsVerbHasTheLastWord(TestDatabase database) throws InterruptedException {
        folder.write("001-first.sql", "CREATE TABLE first (id int); SELECT pg_sleep(600);");
        CountDownLatch started = new CountDownLatch(1);
        Migrator migrator = migrator(database.jdbcUrl(), event -> {
            if (event instanceof MigrationEvent.MigrationStarted) {
                started.countDown();
            }
        });
        AtomicBoolean said = new AtomicBoolean();
        CompletableFuture<Void> run = CompletableFuture.runAsync(() -> interruption.during(() -> {
            migrator.migrate();
            said.set(true);
            return 1;
        }));
        started.await();
        interruption.end();
        assertThat(said).as("heard before the process ends").isTrue();
        run.join();
        assertThat(database.exists("first")).isFalse();
    }

    @Test
    void afterAVerbWithinAShellNothingIsWaitedFor(TestDatabase database) {
        interruption.during(() -> {
            interruption.during(() -> {
                migrator(database.jdbcUrl());
                return 0;
            });
            CompletableFuture.runAsync(interruption::end).join();
            return 0;
        });
        assertThat(interruption.cancel("again")).isFalse();
    }
}
