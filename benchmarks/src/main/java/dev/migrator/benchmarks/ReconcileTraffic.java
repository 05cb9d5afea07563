package dev.migrator.benchmarks;

import dev.migrator.Migrator;
import dev.migrator.reconcile.ExpectedSchemaMode;
import dev.migrator.reconcile.ReconcileOptions;
import dev.migrator.reconcile.ReconcileReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;

/**
 * How long a writer waits while 12 columns and 3 indexes are added to a table that four of them write to: by
 * reconciling, and for comparison as one plain transaction. Arguments, each optional: {@code rows=2000000},
 * {@code seconds=10} (of traffic alone before).
 */
public final class ReconcileTraffic {

    private final Server server;
    private final int rows;
    private final int seconds;

    private ReconcileTraffic(Server server, int rows, int seconds) {
        this.server = server;
        this.rows = rows;
        this.seconds = seconds;
    }

    public static void main(String[] args) throws Exception {
        try (Server server = Server.start()) {
            new ReconcileTraffic(server, option(args, "rows", 2_000_000), option(args, "seconds", 10)).run();
        }
    }

    static int option(String[] args, String name, int otherwise) {
        for (String arg : args) {
            if (arg.startsWith(name + "=")) {
                return Integer.parseInt(arg.substring(name.length() + 1));
            }
        }
        return otherwise;
    }

    /** What is done beside the writers. */
    private interface Change {
        void on(String url) throws Exception;
    }

    private void run() throws Exception {
        System.out.println("| beside four writers | took | writes | worst | 99.9 % below |");
        System.out.println("| --- | ---: | ---: | ---: | ---: |");
        measure("nothing", url -> Thread.sleep(seconds * 1000L));
        measure("reconcile: 12 columns, 3 indexes", ReconcileTraffic::reconcile);
        measure(
                "the same in one plain transaction",
                url -> execute(url, columns("ALTER TABLE orders ADD COLUMN ") + indexes()));
    }

    private void measure(String name, Change change) throws Exception {
        String database = server.create(Subject.OURS);
        String url = server.url(database);
        execute(
                url,
                "CREATE TABLE orders (id int PRIMARY KEY, n int NOT NULL DEFAULT 0, note text); INSERT INTO orders (id, note)"
                        + " SELECT i, 'order ' || i FROM generate_series(1, " + rows
                        + ") i; ANALYZE orders; CHECKPOINT");
        Writers writers = Writers.start(url, rows);
        long startedAt = System.nanoTime();
        change.on(url);
        long took = System.nanoTime() - startedAt;
        String cells = writers.stop().cells();
        System.out.println(String.format(Locale.ROOT, "| %s | %.1f s | %s |", name, took / 1e9, cells));
        server.drop(database);
    }

    private static void reconcile(String url) throws IOException {
        Path folder = Files.createTempDirectory("expected");
        Path file = folder.resolve("orders.sql");
        try {
            Files.writeString(
                    file,
                    "CREATE TABLE orders (id int PRIMARY KEY, n int NOT NULL DEFAULT 0, note text);\n"
                            + columns("ALTER TABLE orders ADD COLUMN ") + indexes());
            ReconcileReport report = Migrator.builder()
                    .connection(url, null, null)
                    .expectedSchema(ExpectedSchemaMode.OFF, "filesystem:" + folder)
                    .build()
                    .reconcile(ReconcileOptions.FIX)
                    .orThrow();
            if (report.done().size() != 15) {
                throw new IllegalStateException("added " + report.done().size() + " things, not 15");
            }
        } finally {
            Files.delete(file);
            Files.delete(folder);
        }
    }

    private static String columns(String add) {
        StringBuilder sql = new StringBuilder();
        for (int i = 0; i < 12; i++) {
            String type = i % 3 == 0 ? "int NOT NULL DEFAULT 7" : i % 3 == 1 ? "text" : "timestamptz DEFAULT now()";
            sql.append(add).append("c").append(i).append(' ').append(type).append(";\n");
        }
        return sql.toString();
    }

    private static String indexes() {
        return "CREATE INDEX orders_note ON orders (note); CREATE INDEX orders_n ON orders (n) WHERE n > 0;"
                + " CREATE INDEX orders_c ON orders (c0, c2);";
    }

    private static void execute(String url, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
