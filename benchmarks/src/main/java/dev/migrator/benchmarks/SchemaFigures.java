package dev.migrator.benchmarks;

import dev.migrator.Migrator;
import dev.migrator.execute.RunSettings;
import dev.migrator.reconcile.ExpectedSchemaMode;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What looking at a schema costs: storing it, looking for drift, and a start with nothing pending and nothing missing, with
 * a file for each expected table. Arguments, each optional: {@code tables=200}, {@code rounds=9}. The first call in a JVM
 * of each kind is told by itself, the rest by their median.
 */
public final class SchemaFigures {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final Server server;
    private final String database;
    private final Path folder;
    private final Map<String, List<double[]>> figures = new LinkedHashMap<>();

    private SchemaFigures(Server server, String database, Path folder) {
        this.server = server;
        this.database = database;
        this.folder = folder;
    }

    public static void main(String[] args) throws Exception {
        Path folder = Files.createTempDirectory("expected");
        try (Server server = Server.start()) {
            Files.createDirectory(folder.resolve("none"));
            SchemaFigures figures = new SchemaFigures(server, server.create(Subject.OURS), folder);
            figures.prepare(ReconcileTraffic.option(args, "tables", 200));
            for (int i = 0; i < ReconcileTraffic.option(args, "rounds", 9); i++) {
                figures.round();
            }
            figures.tell();
        } finally {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(folder);
        }
    }

    /** 12 columns, four constraints and two indexes each. */
    private void prepare(int tables) throws Exception {
        for (int i = 0; i < tables; i++) {
            String name = "t" + i;
            String table =
                    "CREATE TABLE " + name + " (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, code text UNIQUE,"
                            + " a int NOT NULL DEFAULT 0, b int CHECK (b > 0), c numeric(10, 2) DEFAULT 1.5, d text COLLATE \"C\","
                            + " e timestamptz NOT NULL DEFAULT now(), f date, g jsonb, h uuid, i boolean DEFAULT true,"
                            + " parent bigint REFERENCES " + name + ");\nCREATE INDEX " + name + "_ab ON " + name
                            + " (a, b);\nCREATE INDEX " + name + "_e ON " + name + " (e) WHERE i;\n";
            Files.writeString(folder.resolve(name + ".sql"), table);
            server.execute(database, table);
        }
        migrator(ExpectedSchemaMode.OFF).acceptDrift("as it is");
        server.takeProcessorSeconds();
    }

    private Migrator migrator(ExpectedSchemaMode mode) {
        return Migrator.builder()
                .connection(server.url(database), null, null)
                .locations("filesystem:" + folder.resolve("none"))
                .existingSchema(RunSettings.ExistingSchema.ALLOW)
                .expectedSchema(mode, "filesystem:" + folder)
                .build();
    }

    private void round() throws Exception {
        measure("a start, mode off", () -> migrator(ExpectedSchemaMode.OFF).migrate());
        measure(
                "a start, mode report",
                () -> migrator(ExpectedSchemaMode.REPORT).migrate());
        measure("a start, mode fix", () -> migrator(ExpectedSchemaMode.FIX).migrate());
        measure("storing the schema", () -> migrator(ExpectedSchemaMode.OFF).acceptDrift("again"));
        measure("a look for drift", () -> migrator(ExpectedSchemaMode.OFF).drift());
    }

    private void measure(String what, Runnable work) throws Exception {
        long processor = THREADS.getCurrentThreadCpuTime();
        long startedAt = System.nanoTime();
        work.run();
        double took = (System.nanoTime() - startedAt) / 1e6;
        double client = (THREADS.getCurrentThreadCpuTime() - processor) / 1e6;
        // a server process is counted when it has ended
        server.awaitTrue("postgres", "SELECT count(*) = 0 FROM pg_stat_activity WHERE datname = '" + database + "'");
        double ofServer = server.takeProcessorSeconds() * 1e3;
        figures.computeIfAbsent(what, key -> new ArrayList<>()).add(new double[] {took, client, ofServer});
    }

    private void tell() throws Exception {
        System.out.println("| | took, first / later | client's CPU, first / later | server's CPU |");
        System.out.println("| --- | ---: | ---: | ---: |");
        figures.forEach((what, rounds) -> System.out.println(String.format(
                Locale.ROOT,
                "| %s | %.0f / %.0f ms | %.0f / %.0f ms | %.0f ms |",
                what,
                rounds.get(0)[0],
                median(rounds, 0),
                rounds.get(0)[1],
                median(rounds, 1),
                median(rounds, 2))));
        System.out.println(
                "stored: " + server.ask(database, "SELECT max(octet_length(content)) FROM schema_migrations_snapshots")
                        + " bytes");
    }

    /** Without the first one. */
    private static double median(List<double[]> rounds, int figure) {
        double[] later = rounds.stream()
                .skip(1)
                .mapToDouble(round -> round[figure])
                .sorted()
                .toArray();
        return later.length == 0 ? Double.NaN : later[later.length / 2];
    }
}
