package dev.migrator.faultsuite;

import dev.migrator.faults.Await;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/** What a trial does to a database before its rounds. */
final class Database {

    private Database() {}

    /** As before the first run. Who is still at work there, has been killed: its session may take a moment to end. */
    static void clear(String url) {
        execute(url, "DROP SCHEMA IF EXISTS public CASCADE", "CREATE SCHEMA public");
    }

    /** Each in its own transaction; tried again while the server is coming. */
    static void execute(String url, String... statements) {
        Await.until("the server lets itself be prepared", () -> {
            try (Connection connection = DriverManager.getConnection(url);
                    Statement statement = connection.createStatement()) {
                for (String sql : statements) {
                    statement.execute(sql);
                }
                return true;
            } catch (SQLException e) {
                if (String.valueOf(e.getSQLState()).startsWith("08")
                        || String.valueOf(e.getSQLState()).startsWith("57P")) {
                    return false;
                }
                throw new IllegalStateException(e);
            }
        });
    }
}
