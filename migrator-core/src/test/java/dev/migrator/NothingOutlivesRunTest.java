package dev.migrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run has threads that look beside it; a class loader that is gone after the run must not be held by one of them. */
@PostgresTest
class NothingOutlivesRunTest {

    private static final int RUNS = 50;

    /** A thread belongs to the group of who starts it, so what other tests do beside does not count. */
    @Test
    void noThreadIsLeftWhenARunReturns(TestDatabase database, @TempDir Path path) throws Exception {
        MigrationFolder folder = new MigrationFolder(path);
        Migrator migrator = Migrator.builder()
                .connection(database.jdbcUrl(), null, null)
                .locations(folder.location())
                .timeout(Duration.ofMinutes(1))
                .build();
        ThreadGroup group = new ThreadGroup("runs");
        CompletableFuture<List<String>> left = new CompletableFuture<>();
        Runnable runs = () -> {
            List<String> names = new ArrayList<>();
            for (int run = 0; run < RUNS; run++) {
                folder.write(100 + run + "-select.sql", "SELECT 1;");
                migrator.migrate().orThrow();
                names.addAll(namesOf(group));
            }
            left.complete(names);
        };
        Thread thread = new Thread(group, runs, "runs");
        thread.setUncaughtExceptionHandler((failed, e) -> left.completeExceptionally(e));
        thread.start();

        assertThat(left.get(2, TimeUnit.MINUTES)).hasSize(RUNS).containsOnly("runs");
    }

    private static List<String> namesOf(ThreadGroup group) {
        Thread[] threads = new Thread[group.activeCount() + 10];
        return Arrays.stream(threads, 0, group.enumerate(threads))
                .map(Thread::getName)
                .toList();
    }
}
