package dev.migrator.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The jar as it is shipped, in a process of its own, with nothing of this process's environment that it would read. */
final class Cli {

    private static final Path JAR = Path.of(System.getProperty("cli.jar"));
    private static final List<String> READ =
            List.of("DATABASE_URL", "PGPASSWORD", "PGPASSFILE", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS");

    private final Path directory;
    private final Map<String, String> environment;

    Cli(Path directory, Map<String, String> environment) {
        this.directory = directory;
        this.environment = environment;
    }

    record Ended(int exitCode, String out, String err) {}

    /** Both streams apart, since only one of them is the answer. */
    Ended run(String... arguments) {
        return runWith("", arguments);
    }

    Ended runWith(String input, String... arguments) {
        try {
            Path out = Files.createTempFile("cli", ".out");
            Path err = Files.createTempFile("cli", ".err");
            Process process = builder(List.of(arguments))
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            try (OutputStream in = process.getOutputStream()) {
                in.write(input.getBytes(StandardCharsets.UTF_8));
            }
            if (!process.waitFor(2, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new AssertionError("It runs on: " + Files.readString(err));
            }
            Ended ended = new Ended(process.exitValue(), text(out), text(err));
            Files.delete(out);
            Files.delete(err);
            return ended;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** With both streams in this file, and not waited for. */
    Process start(Path output, String... arguments) throws IOException {
        return builder(List.of(arguments))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
    }

    private ProcessBuilder builder(List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx128m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-jar", JAR.toString()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().keySet().removeIf(name -> READ.contains(name) || name.startsWith("MIGRAT"));
        builder.environment().putAll(environment);
        return builder;
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.UTF_8);
    }
}
