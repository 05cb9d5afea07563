package dev.migrator.benchmarks;

import dev.migrator.Migrator;
import dev.migrator.batch.BatchSettings;
import dev.migrator.execute.RunSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A column of a table that four writers update all the time is filled: in batches, and by one single UPDATE. */
final class Backfill {

    private static final String BATCH = "-- migrator: batch table=orders\n";
    private static final String FILL = "UPDATE orders SET label = upper(note)";

    private final Server server;
    private final Path base;
    private final int rows;
    private final Map<String, List<Round>> rounds = new LinkedHashMap<>();

    Backfill(Server server, Path base, int rows) {
        this.server = server;
        this.base = base;
        this.rows = rows;
    }

    private record Round(double seconds, Writers.Seen seen, double walMegabytes) {}

    private interface Work {
        void on(String database) throws Exception;
    }

    /** Nothing beside the writers shows what they have to do with each other. */
    void measure() throws Exception {
        measure("nothing, for 15 s", database -> Thread.sleep(15_000));
        measure("one single UPDATE", database -> server.execute(database, FILL));
        measure("batches, as they come (500 ms each, half of the time)", inBatches(BatchSettings.DEFAULTS));
        measure("batches of 100 ms", inBatches(BatchSettings.DEFAULTS.withTarget(Duration.ofMillis(100))));
    }

    private void measure(String name, Work work) throws Exception {
        String database = server.create(Subject.OURS);
        server.execute(
                database,
                "CREATE TABLE orders (id int PRIMARY KEY, n int NOT NULL DEFAULT 0, note text, label text);"
                        + " INSERT INTO orders (id, note) SELECT i, 'order ' || i FROM generate_series(1, " + rows
                        + ") i; ANALYZE orders; CHECKPOINT");
        String before = server.ask(database, "SELECT pg_current_wal_lsn()");
        Writers writers = Writers.start(server.url(database), rows);
        long startedAt = System.nanoTime();
        work.on(database);
        double seconds = (System.nanoTime() - startedAt) / 1e9;
        Writers.Seen seen = writers.stop();
        long wal = Long.parseLong(
                server.ask(database, "SELECT (pg_current_wal_lsn() - '" + before + "'::pg_lsn)::bigint"));
        String done = server.ask(database, "SELECT count(*) FROM orders WHERE label = upper(note)");
        if (!name.startsWith("nothing") && !done.equals(Integer.toString(rows))) {
            throw new IllegalStateException(name + " has filled " + done + " of " + rows + " rows");
        }
        rounds.computeIfAbsent(name, key -> new ArrayList<>())
                .add(new Round(seconds, seen, (wal - seen.walBytes()) / 1e6));
        server.drop(database);
    }

    private Work inBatches(BatchSettings settings) {
        return database -> {
            Path folder = Files.createDirectories(base.resolve("backfill"));
            Files.writeString(folder.resolve("001-label.sql"), BATCH + FILL + " WHERE id BETWEEN :from AND :to;\n");
            Migrator.builder()
                    .connection(server.url(database), null, null)
                    .locations("filesystem:" + folder)
                    .existingSchema(RunSettings.ExistingSchema.ALLOW)
                    .batchSettings(settings)
                    .build()
                    .migrate()
                    .orThrow();
        };
    }

    /** Of each the round whose worst wait is the median. */
    String table() {
        if (rounds.isEmpty()) {
            return "";
        }
        StringBuilder text = new StringBuilder("| " + rows + " rows, beside four writers"
                + " | took | its own WAL | writes | worst | 99.9 % below | worst of each round |\n"
                + "| --- | ---: | ---: | ---: | ---: | ---: | --- |\n");
        rounds.forEach((name, all) -> {
            List<Round> sorted = all.stream()
                    .sorted(Comparator.comparing(round -> round.seen().worstMillis()))
                    .toList();
            Round middle = sorted.get(sorted.size() / 2);
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %.1f s | %.0f MB | %s | %s |%n",
                    name,
                    middle.seconds(),
                    middle.walMegabytes(),
                    middle.seen().cells(),
                    String.join(
                            ", ",
                            sorted.stream()
                                    .map(round -> round.seen().worstMillis() + " ms")
                                    .toList())));
        });
        return text.append('\n').toString();
    }
}
