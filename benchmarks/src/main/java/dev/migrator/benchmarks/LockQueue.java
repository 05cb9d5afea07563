package dev.migrator.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A table that is read 50 times a second, a transaction that has read it and stays open, and a migration that alters it:
 * how long does the worst reader wait?
 */
final class LockQueue {

    private static final long BETWEEN_READS_MS = 20;

    /** So many may wait at once; who comes later waits for a thread, and that counts as well. */
    private static final int READERS = 100;

    /** A second of them. */
    private static final int READS_BEFORE = 50;

    private final Server server;
    private final long blockerSeconds;

    LockQueue(Server server, long blockerSeconds) {
        this.server = server;
        this.blockerSeconds = blockerSeconds;
    }

    void measure(Subject subject, Path base, Figures figures) throws Exception {
        String database = server.create(subject);
        String url = server.url(database);
        Path folder = Files.createDirectories(base.resolve("queue-" + subject));
        write(folder, "V001__table.sql", "CREATE TABLE orders (id int PRIMARY KEY);\nINSERT INTO orders VALUES (1);\n");
        subject.apply(url, folder);
        write(folder, "V002__alter.sql", "ALTER TABLE orders ADD COLUMN note text;\n");
        Reads reads = new Reads(url);
        CompletableFuture<Long> ended = CompletableFuture.supplyAsync(() -> block(url));
        server.awaitTrue(database, "SELECT count(*) > 0 FROM pg_stat_activity WHERE state = 'idle in transaction'");
        reads.awaitTraffic();
        subject.apply(url, folder);
        double late = (System.nanoTime() - ended.get()) / 1e9;
        reads.close();
        String name = "ALTER TABLE behind a transaction of " + blockerSeconds + " s, 50 reads/s: ";
        figures.note(name + "worst read", subject, seconds(reads.worst.get() / 1e9));
        figures.note(name + "reads that waited over 100 ms", subject, reads.slow.get() + " of " + reads.all.get());
        figures.note(name + "done after the transaction's end", subject, seconds(late));
        server.drop(database);
    }

    private static String seconds(double seconds) {
        return String.format(Locale.ROOT, "%.2f s", seconds);
    }

    private static void write(Path folder, String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    /** Returns when it ended. */
    private long block(String url) {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("SELECT count(*) FROM orders");
            TimeUnit.SECONDS.sleep(blockerSeconds);
            connection.commit();
            return System.nanoTime();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Reads at fixed times, whether the ones before have come back or not. */
    private static final class Reads {

        private final AtomicLong worst = new AtomicLong();
        private final AtomicInteger slow = new AtomicInteger();
        private final AtomicInteger all = new AtomicInteger();
        private final CountDownLatch traffic = new CountDownLatch(READS_BEFORE);
        private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
        private final ExecutorService readers = Executors.newFixedThreadPool(READERS);
        private final ThreadLocal<Connection> connections;

        Reads(String url) {
            connections = ThreadLocal.withInitial(() -> {
                try {
                    return DriverManager.getConnection(url);
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            for (int i = 0; i < READERS; i++) {
                readers.execute(connections::get);
            }
            clock.scheduleAtFixedRate(
                    () -> {
                        long due = System.nanoTime();
                        readers.execute(() -> read(due));
                    },
                    2_000,
                    BETWEEN_READS_MS,
                    TimeUnit.MILLISECONDS);
        }

        /** Else the first tries would find nobody in the way of whom they could be. */
        void awaitTraffic() throws InterruptedException {
            if (!traffic.await(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("The table is not read");
            }
        }

        private void read(long due) {
            try (Statement statement = connections.get().createStatement()) {
                statement.execute("SELECT * FROM orders");
                long took = System.nanoTime() - due;
                worst.accumulateAndGet(took, Math::max);
                all.incrementAndGet();
                traffic.countDown();
                if (took > 100_000_000) {
                    slow.incrementAndGet();
                }
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }

        void close() throws InterruptedException {
            clock.shutdownNow();
            readers.shutdown();
            readers.awaitTermination(1, TimeUnit.MINUTES);
        }
    }
}
