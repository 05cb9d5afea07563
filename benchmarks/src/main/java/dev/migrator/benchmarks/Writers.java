package dev.migrator.benchmarks;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;

/** Four sessions that update random rows of the table {@code orders}, one after the other without a pause. */
final class Writers {

    private static final int WRITERS = 4;

    private final String url;
    private final int rows;
    private final AtomicBoolean stop = new AtomicBoolean();
    private final ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
    private final List<Future<Written>> writers = new ArrayList<>();

    private Writers(String url, int rows) {
        this.url = url;
        this.rows = rows;
    }

    static Writers start(String url, int rows) {
        Writers started = new Writers(url, rows);
        for (int i = 0; i < WRITERS; i++) {
            started.writers.add(started.threads.submit(started::write));
        }
        return started;
    }

    private record Written(List<Long> nanos, long walBytes) {}

    /**
     * What they have seen.
     *
     * @param nanos how long each write took, sorted
     * @param walBytes what they have written themselves
     */
    record Seen(List<Long> nanos, long walBytes) {

        long worstMillis() {
            return nanos.get(nanos.size() - 1) / 1_000_000;
        }

        /** Writes, the worst, and the limit below which 99.9 % are, as cells of a table. */
        String cells() {
            return String.format(
                    Locale.ROOT,
                    "%d | **%d ms** | %.1f ms",
                    nanos.size(),
                    worstMillis(),
                    nanos.get((int) (nanos.size() * 0.999)) / 1e6);
        }
    }

    Seen stop() throws InterruptedException, ExecutionException {
        stop.set(true);
        List<Long> nanos = new ArrayList<>();
        long walBytes = 0;
        for (Future<Written> writer : writers) {
            nanos.addAll(writer.get().nanos());
            walBytes += writer.get().walBytes();
        }
        threads.shutdown();
        nanos.sort(null);
        return new Seen(nanos, walBytes);
    }

    private Written write() throws SQLException {
        List<Long> nanos = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(url);
                PreparedStatement update = connection.prepareStatement("UPDATE orders SET n = n + 1 WHERE id = ?")) {
            while (!stop.get()) {
                update.setInt(1, ThreadLocalRandom.current().nextInt(1, rows + 1));
                long startedAt = System.nanoTime();
                update.executeUpdate();
                nanos.add(System.nanoTime() - startedAt);
            }
            return new Written(nanos, walBytes(connection));
        }
    }

    /** By the server's own count; it is known from PostgreSQL 18 on. */
    private static long walBytes(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_stat_force_next_flush()");
            try (ResultSet row =
                    statement.executeQuery("SELECT wal_bytes FROM pg_stat_get_backend_wal(pg_backend_pid())")) {
                row.next();
                return row.getLong(1);
            }
        }
    }
}
