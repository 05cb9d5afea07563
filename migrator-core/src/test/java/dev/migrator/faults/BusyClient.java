package dev.migrator.faults;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/** Asks the same again and again until it is closed: a pooler's server processes move from client to client meanwhile. */
final class BusyClient implements AutoCloseable {

    private final AtomicBoolean over = new AtomicBoolean();
    private final CompletableFuture<Void> asking;

    BusyClient(String url) {
        asking = CompletableFuture.runAsync(() -> ask(url), task -> new Thread(task, "busy client").start());
    }

    private void ask(String url) {
        try (Connection connection = DriverManager.getConnection(url + "&prepareThreshold=0");
                Statement statement = connection.createStatement()) {
            while (!over.get()) {
                statement.execute("SELECT count(*) FROM pg_class");
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Fails where it could not go on to its end. */
    @Override
    public void close() {
        over.set(true);
        asking.join();
    }
}
