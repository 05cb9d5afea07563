package dev.migrator.benchmarks;

import dev.migrator.benchmarks.Figures.Sample;
import dev.migrator.testkit.WireProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The cases. In every round the subjects take turns; every run has a database of its own. */
final class Cases {

    private static final int WARM_RUNS = 4;
    private static final int LARGE_ROWS = 400_000;
    private static final int LARGE_ROUNDS = 3;

    private final Server server;
    private final Folders folders;
    private final List<Subject> subjects;
    private final int rounds;
    private final Figures figures;

    Cases(Server server, Folders folders, List<Subject> subjects, int rounds, Figures figures) {
        this.server = server;
        this.folders = folders;
        this.subjects = subjects;
        this.rounds = rounds;
        this.figures = figures;
    }

    /** The whole process, from its start to its end. */
    void fresh(int size) throws Exception {
        Folders.Folder folder = folders.small(size);
        for (int round = 0; round < rounds; round++) {
            for (Subject subject : subjects) {
                String database = server.create(subject);
                Launcher.Told told = run(subject, folder, List.of(), List.of(server.url(database)));
                add("apply " + size + ", fresh JVM", subject, told, told.seconds());
                checkTables(database, size);
                server.drop(database);
            }
        }
    }

    /** The later runs in one process, without its start. */
    void warm(int size) throws Exception {
        Folders.Folder folder = folders.small(size);
        for (int round = 0; round < rounds; round++) {
            for (Subject subject : subjects) {
                List<String> databases = new ArrayList<>();
                for (int i = 0; i < WARM_RUNS; i++) {
                    databases.add(server.create(subject));
                }
                List<String> urls = databases.stream().map(server::url).toList();
                Launcher.Told told = run(subject, folder, List.of(), urls);
                figures.add("apply " + size + ", warm", subject, new Sample(told.lastRuns(1), 0, 0, 0));
                for (String database : databases) {
                    server.drop(database);
                }
            }
        }
    }

    /** Everything is applied. */
    void idle(int size) throws Exception {
        Folders.Folder folder = folders.small(size);
        Map<Subject, String> databases = applied(folder);
        for (int round = 0; round < rounds; round++) {
            for (Subject subject : subjects) {
                String url = server.url(databases.getOrDefault(subject, ""));
                Launcher.Told told = run(subject, folder, List.of(), List.of(url));
                add("nothing to do, " + size + " applied, fresh JVM", subject, told, told.seconds());
                Launcher.Told warm = run(subject, folder, List.of(), Collections.nCopies(10, url));
                figures.add(
                        "nothing to do, " + size + " applied, warm", subject, new Sample(warm.lastRuns(3), 0, 0, 0));
            }
        }
        for (String database : databases.values()) {
            server.drop(database);
        }
    }

    private Map<Subject, String> applied(Folders.Folder folder) throws Exception {
        Map<Subject, String> databases = new EnumMap<>(Subject.class);
        for (Subject subject : subjects) {
            String database = server.create(subject);
            subject.apply(server.url(database), folder);
            databases.put(subject, database);
        }
        return databases;
    }

    /**
     * Each round trip takes 5 ms more, as between two zones, or 25 ms, as between two regions; the first also with a
     * server that does not wait for its disk.
     */
    void latency(int size) throws Exception {
        for (int round = 0; round < rounds; round++) {
            for (Subject subject : subjects) {
                latency(subject, size, 5, true);
            }
            for (Subject subject : subjects) {
                latency(subject, size, 5, false);
            }
            for (Subject subject : subjects) {
                latency(subject, size, 25, true);
            }
        }
    }

    private void latency(Subject subject, int size, int millis, boolean durable) throws Exception {
        Folders.Folder folder = folders.small(size);
        String name =
                "apply " + size + ", " + millis + " ms a round trip" + (durable ? "" : ", COMMIT without waiting");
        String database = server.create(subject);
        if (!durable) {
            server.execute("postgres", "ALTER DATABASE " + database + " SET synchronous_commit = off");
        }
        try (WireProxy proxy = WireProxy.to("127.0.0.1", server.port()).latency(Duration.ofMillis(millis))) {
            String url = server.url(database, proxy.port());
            Launcher.Told told = run(subject, folder, List.of(), List.of(url));
            double serverSeconds = server.takeProcessorSeconds();
            figures.add(name + ", fresh JVM", subject, new Sample(told.seconds(), 0, serverSeconds, 0));
            figures.add(name + ", without the start of the JVM", subject, new Sample(told.lastRuns(0), 0, 0, 0));
        }
        server.drop(database);
    }

    /** Round trips and messages, counted on the wire; the classes that a process loads. */
    void counts(int size) throws Exception {
        Folders.Folder folder = folders.small(size);
        for (Subject subject : subjects) {
            String database = server.create(subject);
            try (WireProxy proxy = WireProxy.to("127.0.0.1", server.port())) {
                subject.apply(server.url(database, proxy.port()), folder);
                note("apply " + size, subject, proxy);
                proxy.resetCounts();
                subject.apply(server.url(database, proxy.port()), folder);
                note("nothing to do, " + size + " applied", subject, proxy);
            }
            server.drop(database);
            String fresh = server.create(subject);
            figures.note(
                    "classes loaded, apply " + size,
                    subject,
                    Long.toString(Launcher.classes(subject, subject.files(folder), server.url(fresh))));
            server.drop(fresh);
        }
    }

    private void note(String name, Subject subject, WireProxy proxy) {
        figures.note(name + ": round trips after connecting", subject, Integer.toString(proxy.queryRoundTrips()));
        figures.note(
                name + ": messages with SQL",
                subject,
                Integer.toString(proxy.statements().size()));
        figures.note(name + ": connections", subject, Integer.toString(proxy.connectionsOpened()));
    }

    /**
     * One file of 46 MB, in 1 GB of heap for the loop, in 128 MB for ours, once in 256 MB for Flyway and Liquibase. The
     * loop speaks the simple protocol here: the driver's default did not finish within ten minutes.
     */
    void large() throws Exception {
        Folders.Folder folder = folders.large(LARGE_ROWS);
        for (int round = 0; round < Math.min(rounds, LARGE_ROUNDS); round++) {
            for (Subject subject : subjects) {
                switch (subject) {
                    case LOOP -> large(subject, folder, "1g", "&preferQueryMode=simple");
                    case OURS -> large(subject, folder, "128m", "");
                    case FLYWAY, LIQUIBASE -> {
                        if (round == 0) {
                            large(subject, folder, "256m", "");
                        }
                    }
                }
            }
        }
    }

    private void large(Subject subject, Folders.Folder folder, String heap, String parameters) throws Exception {
        String database = server.create(subject);
        String name = "one file of 46 MB";
        Launcher.Told told = Launcher.run(
                subject, subject.files(folder), List.of("-Xmx" + heap), List.of(server.url(database) + parameters));
        if (told.failure().isEmpty()) {
            add(name, subject, told, told.seconds());
            figures.note(name, subject, "done with -Xmx" + heap);
        } else {
            figures.note(name, subject, "failed with -Xmx" + heap + ": " + told.failure());
        }
        server.drop(database);
    }

    private static Launcher.Told run(Subject subject, Folders.Folder folder, List<String> jvmArgs, List<String> urls)
            throws Exception {
        Launcher.Told told = Launcher.run(subject, subject.files(folder), jvmArgs, urls);
        if (!told.failure().isEmpty()) {
            throw new IllegalStateException(subject + ": " + told.failure());
        }
        return told;
    }

    private void add(String name, Subject subject, Launcher.Told told, double seconds) throws Exception {
        figures.add(
                name,
                subject,
                new Sample(seconds, told.processorSeconds(), server.takeProcessorSeconds(), told.kilobytes() / 1024.0));
    }

    /** A subject that did nothing would be fast. */
    private void checkTables(String database, int size) throws Exception {
        String found = server.ask(database, "SELECT count(*) FROM pg_class WHERE relname ~ '^item_[0-9]+$'");
        if (Integer.parseInt(found) != size) {
            throw new IllegalStateException(found + " tables instead of " + size);
        }
    }
}
