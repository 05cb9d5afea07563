package dev.migrator.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts a service in a fresh JVM with the settings of a JVM's defaults and watches it until it is ready. */
final class StartupLauncher {

    private StartupLauncher() {}

    /**
     * What one start cost.
     *
     * @param seconds from the start of the process until the service was ready
     * @param processorSeconds of all its threads until then
     * @param peakMegabytes the most that the process had in memory until then
     * @param liveMegabytes heap after a collection, with metaspace and compiled code
     * @param classes loaded until then
     */
    record Start(double seconds, double processorSeconds, double peakMegabytes, double liveMegabytes, long classes) {}

    static Start start(String classPath, List<String> settings) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of("-Dliquibase.analytics.enabled=false", "-cp", classPath, StartedService.class.getName()));
        command.addAll(settings);
        long startedAt = System.nanoTime();
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        List<String> lines = new ArrayList<>();
        double seconds = 0;
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                lines.add(line);
                if (line.equals(StartedService.READY)) {
                    seconds = (System.nanoTime() - startedAt) / 1e9;
                } else if (line.startsWith(StartedService.COST)) {
                    process.waitFor();
                    return start(seconds, line.substring(StartedService.COST.length()));
                }
            }
        } finally {
            process.destroyForcibly();
        }
        throw new IOException("The service did not become ready:\n" + String.join("\n", lines));
    }

    private static Start start(double seconds, String figures) {
        String[] parts = figures.split(" ", -1);
        double megabyte = 1024 * 1024;
        return new Start(
                seconds,
                Long.parseLong(parts[0]) / 1e9,
                Long.parseLong(parts[1]) / 1024.0,
                (Long.parseLong(parts[2]) + Long.parseLong(parts[3])) / megabyte,
                Long.parseLong(parts[4]));
    }
}
