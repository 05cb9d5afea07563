package dev.migrator.benchmarks;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Starts fresh JVMs, with the default settings of a JVM and with nothing on the class path that the subject does not use. */
final class Launcher {

    private static final Duration LIMIT = Duration.ofMinutes(10);

    private Launcher() {}

    /**
     * What one process told.
     *
     * @param seconds from its start to its end
     * @param processorSeconds of the process
     * @param kilobytes at its peak
     * @param runs seconds of each run in it
     * @param failure its last words when it failed, else empty
     */
    record Told(double seconds, double processorSeconds, long kilobytes, List<Double> runs, String failure) {

        double lastRuns(int from) {
            return Figures.median(runs.subList(from, runs.size()));
        }
    }

    static Told run(Subject subject, Path files, List<String> jvmArgs, List<String> urls) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmArgs);
        command.add("-Dliquibase.analytics.enabled=false");
        command.addAll(List.of("-cp", classPath(subject), Child.class.getName(), subject.name(), files.toString()));
        command.addAll(urls);
        Path output = Files.createTempFile("bench", ".out");
        long startedAt = System.nanoTime();
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS);
        double seconds = (System.nanoTime() - startedAt) / 1e9;
        if (!ended) {
            process.destroyForcibly().waitFor();
        }
        List<String> lines = Files.readAllLines(output, StandardCharsets.UTF_8);
        Files.delete(output);
        return told(seconds, lines, ended && process.exitValue() == 0);
    }

    /** How many classes a process loads; a run of its own, because writing them down takes time. */
    static long classes(Subject subject, Path files, String url) throws Exception {
        Path log = Files.createTempFile("bench", ".classes");
        Told told = run(subject, files, List.of("-Xlog:class+load:file=" + log), List.of(url));
        if (!told.failure().isEmpty()) {
            throw new IOException(told.failure());
        }
        try (Stream<String> lines = Files.lines(log)) {
            return lines.filter(line -> line.contains(" source: ")).count();
        } finally {
            Files.delete(log);
        }
    }

    private static Told told(double seconds, List<String> lines, boolean good) {
        List<Double> runs = new ArrayList<>();
        for (String line : lines) {
            if (line.startsWith(Child.RUN)) {
                runs.add(Long.parseLong(line.substring(Child.RUN.length())) / 1e9);
            } else if (line.startsWith(Child.END) && good) {
                String[] figures = line.substring(Child.END.length()).split(" ", -1);
                return new Told(seconds, Long.parseLong(figures[0]) / 1e9, Long.parseLong(figures[1]), runs, "");
            }
        }
        String failure = lines.stream()
                .filter(line -> line.contains("Exception") || line.contains("Error"))
                .findFirst()
                .orElse("ended without a word, or too late");
        return new Told(seconds, 0, 0, runs, failure);
    }

    private static String classPath(Subject subject) {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry -> isOwn(entry) || subject.needs(new File(entry).getName()))
                .reduce((left, right) -> left + File.pathSeparator + right)
                .orElseThrow();
    }

    /** This module, and core where it is a folder of classes; as a jar it goes by its name. */
    private static boolean isOwn(String entry) {
        return new File(entry).isDirectory();
    }
}
