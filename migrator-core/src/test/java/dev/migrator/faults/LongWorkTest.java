package dev.migrator.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.event.MigrationEvent;
import dev.migrator.execute.RetryPolicy;
import dev.migrator.execute.RunReport;
import dev.migrator.postgres.BlockerWatch;
import dev.migrator.postgres.ConnectionDetails;
import dev.migrator.postgres.Connector;
import dev.migrator.postgres.SessionSettings;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import dev.migrator.testkit.WireProxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Promise 3, never in the way; but a tenth of a second behind a row's lock must not cost the work of an hour again and again. */
@PostgresTest
@ExtendWith(Quiet.class)
@Timeout(120)
class LongWorkTest {

    private static final String WAITS = "SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = current_database()"
            + " AND application_name LIKE 'migrator%' AND wait_event_type = 'Lock'";

    /** Its work takes longer than all tries together may: that time begins with the first refusal. */
    @Test
    void whoWorkedForLongBeforeItMetALockQueuesAsLongAsItMayTheNextTime(@TempDir Path path, TestDatabase database)
            throws Exception {
        database.execute("CREATE SCHEMA app", "CREATE TABLE app.a (id int)", "INSERT INTO app.a VALUES (1)");
        MigrationFolder folder = new MigrationFolder(path)
                .write("001-update.sql", "SELECT pg_sleep(1.2); UPDATE app.a SET id = id + 1;");
        AtomicInteger retries = new AtomicInteger();
        try (Connection application = database.connect();
                Statement statement = application.createStatement()) {
            statement.execute("BEGIN; SELECT FROM app.a FOR UPDATE");
            CompletableFuture<RunReport> run =
                    CompletableFuture.supplyAsync(() -> MigrateMain.migrator(database.jdbcUrl(), folder.location())
                            .lockTimeout(Duration.ofSeconds(20))
                            .lockRetry(new RetryPolicy(
                                    20, Duration.ofMillis(50), Duration.ofSeconds(1), true, Duration.ofSeconds(1)))
                            .listener(event -> {
                                if (event instanceof MigrationEvent.MigrationRetried) {
                                    retries.incrementAndGet();
                                }
                            })
                            .build()
                            .migrate());
            Await.until("its first try gave way, or it failed", () -> retries.get() > 0 || run.isDone());
            Await.until("its second try waits", () -> run.isDone() || database.value(WAITS, Boolean.class));
            statement.execute("SELECT pg_sleep(1)");
            statement.execute("COMMIT");

            assertThat(run.get(60, TimeUnit.SECONDS).orThrow().applied()).isEqualTo(1);
        }
        assertThat(retries).hasValue(1);
        assertThat(database.value("SELECT id FROM app.a", Integer.class)).isEqualTo(2);
    }

    /** Each look takes all of the server's lock table for a moment: an hour of work is no reason for 72,000 of them. */
    @Test
    void whileNobodyIsInTheWayTheLooksBecomeRare(TestDatabase database) {
        try (WireProxy proxy = WireProxy.to(database);
                BlockerWatch watch = new BlockerWatch(connector(proxy.jdbcUrl(database)), 0)) {
            long startedAt = System.nanoTime();
            watch.begin();
            database.execute("SELECT pg_sleep(2.5)");
            watch.end();
            double seconds = (System.nanoTime() - startedAt) / 1e9;

            long looks = proxy.log().stream()
                    .filter(message -> message.text().contains("pg_blocking_pids"))
                    .count();
            // each half a second ten at most, then each a tenth later than the one before
            assertThat(looks).isPositive().isLessThanOrEqualTo((long) (11 + Math.log(seconds / 0.5) / Math.log(1.1)));
        }
    }

    private static Connector connector(String url) {
        return new Connector(ConnectionDetails.of(url, null, null), SessionSettings.defaults());
    }
}
