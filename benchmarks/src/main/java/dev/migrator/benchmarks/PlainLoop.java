package dev.migrator.benchmarks;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * The floor: reads what is applied, sends each other file together with its history row as one message. No lock, no
 * checksum, no report, no clean session, and a table that somebody else has made.
 */
final class PlainLoop {

    static final String TABLE =
            "CREATE TABLE loop_history (name text PRIMARY KEY, applied_at timestamptz DEFAULT now())";

    private PlainLoop() {}

    static void apply(String url, Path folder) throws SQLException, IOException {
        File[] files = folder.toFile().listFiles();
        if (files == null) {
            throw new IOException(folder + " is no folder");
        }
        Arrays.sort(files);
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            Set<String> applied = new HashSet<>();
            try (ResultSet rows = statement.executeQuery("SELECT name FROM loop_history")) {
                while (rows.next()) {
                    applied.add(rows.getString(1));
                }
            }
            for (File file : files) {
                if (!applied.contains(file.getName())) {
                    statement.execute("BEGIN;\n" + Files.readString(file.toPath())
                            + "\n;INSERT INTO loop_history (name) VALUES ('" + file.getName() + "');\nCOMMIT");
                }
            }
        }
    }
}
