package dev.migrator.benchmarks;

import dev.migrator.benchmarks.Figures.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Measures all subjects in one run and prints tables. Arguments, each optional: {@code rounds=5},
 * {@code cases=counts,fresh,warm,idle,latency,large,queue,startup,backfill}, {@code sizes=10,100,1000},
 * {@code subjects=LOOP,OURS,FLYWAY,LIQUIBASE}, {@code rows=2000000} (of the backfill), {@code out=FILE}.
 */
public final class Benchmarks {

    private final List<String> args;
    private final List<Subject> subjects;
    private final List<Integer> sizes;

    private Benchmarks(List<String> args) {
        this.args = args;
        this.subjects = list("subjects", "LOOP,OURS,FLYWAY,LIQUIBASE").stream()
                .map(Subject::valueOf)
                .toList();
        this.sizes = list("sizes", "10,100,1000").stream().map(Integer::valueOf).toList();
    }

    public static void main(String[] args) throws Exception {
        System.setProperty("liquibase.analytics.enabled", "false");
        new Benchmarks(List.of(args)).run();
    }

    private void run() throws Exception {
        Figures figures = new Figures();
        StartupFigures startup = new StartupFigures();
        Path base = Files.createTempDirectory("benchmarks");
        try (Server server = Server.start()) {
            int rounds = Integer.parseInt(option("rounds", "5"));
            Folders folders = new Folders(base);
            Backfill backfill = new Backfill(server, base, Integer.parseInt(option("rows", "2000000")));
            Cases cases = new Cases(server, folders, subjects, rounds, figures);
            for (String name : list("cases", "counts,fresh,warm,idle,latency,large")) {
                if (name.equals("startup")) {
                    for (int size : sizes) {
                        new StartupCase(server, folders, rounds, startup).run(size);
                    }
                } else if (name.equals("queue")) {
                    queue(server, base, figures);
                } else if (name.equals("backfill")) {
                    for (int round = 0; round < rounds; round++) {
                        backfill.measure();
                    }
                } else {
                    run(cases, name);
                }
                String report = startup.text() + backfill.table() + report(figures);
                System.out.println(report);
                String out = option("out", "");
                if (!out.isEmpty()) {
                    Files.writeString(Path.of(out), report);
                }
            }
        } finally {
            delete(base);
        }
    }

    /** Those that know how to wait; the loop would hang as the server makes it hang. */
    private void queue(Server server, Path base, Figures figures) throws Exception {
        LockQueue queue = new LockQueue(server, Long.parseLong(option("blocker", "20")));
        for (Subject subject : subjects) {
            if (subject == Subject.OURS || subject == Subject.FLYWAY) {
                queue.measure(subject, base, figures);
            }
        }
    }

    private void run(Cases cases, String name) throws Exception {
        if (name.equals("large")) {
            cases.large();
            return;
        }
        for (int size : sizes) {
            switch (name) {
                case "fresh" -> cases.fresh(size);
                case "counts" -> onlyIf(size <= 100, size, cases::counts);
                case "warm" -> onlyIf(size <= 100, size, cases::warm);
                case "idle" -> onlyIf(size >= 100, size, cases::idle);
                case "latency" -> onlyIf(size == 100, size, cases::latency);
                default -> throw new IllegalArgumentException("unknown case " + name);
            }
        }
    }

    private interface Case {
        void run(int size) throws Exception;
    }

    private static void onlyIf(boolean wanted, int size, Case measured) throws Exception {
        if (wanted) {
            measured.run(size);
        }
    }

    private String report(Figures figures) {
        return figures.table("time", subjects, Sample::seconds, "s")
                + figures.table("processor time of the process", subjects, Sample::processorSeconds, "s")
                + figures.table("processor time of the server", subjects, Sample::serverSeconds, "s")
                + figures.table("memory of the process at its peak", subjects, Sample::megabytes, "MB")
                + figures.factTable("counted", subjects);
    }

    private List<String> list(String name, String otherwise) {
        return List.of(option(name, otherwise).split(",", -1));
    }

    private String option(String name, String otherwise) {
        return args.stream()
                .filter(arg -> arg.startsWith(name + "="))
                .map(arg -> arg.substring(name.length() + 1))
                .findFirst()
                .orElse(otherwise);
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
