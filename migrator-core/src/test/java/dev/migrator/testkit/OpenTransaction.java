package dev.migrator.testkit;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.postgresql.PGConnection;

/** Somebody's session in the middle of a transaction: it keeps what it has locked and seen until it ends. */
public final class OpenTransaction implements AutoCloseable {

    private final Connection connection;
    private final Statement statement;

    private OpenTransaction(Connection connection) throws SQLException {
        this.connection = connection;
        this.statement = connection.createStatement();
    }

    /** One that has run these statements. */
    public static OpenTransaction of(TestDatabase database, String... sql) {
        try {
            OpenTransaction open = new OpenTransaction(database.connect());
            open.connection.setAutoCommit(false);
            for (String text : sql) {
                open.execute(text);
            }
            return open;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    public void execute(String sql) {
        now(() -> statement.execute(sql));
    }

    /** Of its server process. */
    public int pid() {
        try {
            return connection.unwrap(PGConnection.class).getBackendPID();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    public void commit() {
        now(connection::commit);
    }

    public void rollback() {
        now(connection::rollback);
    }

    /** Rolls back what is still open. */
    @Override
    public void close() {
        now(connection::close);
    }

    private static void now(Step step) {
        try {
            step.run();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @FunctionalInterface
    private interface Step {

        void run() throws SQLException;
    }
}
