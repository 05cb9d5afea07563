package dev.migrator.sample;

import dev.migrator.testkit.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One process of a pipeline: a jar that ends by itself, its two streams apart, with nothing of this one's environment. */
final class Step {

    private static final List<String> READ =
            List.of("DATABASE_URL", "DEVELOPER_KEY", "PGPASSWORD", "JAVA_TOOL_OPTIONS");

    private Step() {}

    record Ended(int exitCode, String out, String err) {}

    static Ended ofSample(Map<String, String> environment, String... arguments) {
        return run(System.getProperty("sample.jar"), environment, arguments);
    }

    static Ended ofCommandLine(Map<String, String> environment, String... arguments) {
        return run(System.getProperty("cli.jar"), environment, arguments);
    }

    /** With user and password in it, as platforms give it. */
    static String address(TestDatabase database) {
        return "postgres://" + database.server().user() + ":"
                + database.server().password() + "@" + database.server().host() + ":"
                + database.server().port() + "/" + database.name();
    }

    private static Ended run(String jar, Map<String, String> environment, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx128m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-jar", jar));
        command.addAll(List.of(arguments));
        try {
            Path out = Files.createTempFile("step", ".out");
            Path err = Files.createTempFile("step", ".err");
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
            builder.environment().keySet().removeIf(name -> READ.contains(name) || name.startsWith("MIGRAT"));
            builder.environment().putAll(environment);
            Process process = builder.start();
            process.getOutputStream().close();
            if (!process.waitFor(3, TimeUnit.MINUTES)) {
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

    private static String text(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.UTF_8);
    }
}
