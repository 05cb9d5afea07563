package dev.migrator.cli;

import dev.migrator.testkit.Ended;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

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

    Ended run(String... arguments) {
        return runWith("", arguments);
    }

    Ended runWith(String input, String... arguments) {
        return Ended.of(builder(List.of(arguments)), input);
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
        // a build in the background has Ctrl-C ignored, and its children would inherit that
        command.addAll(List.of("env", "--default-signal=INT"));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx128m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-jar", JAR.toString()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().keySet().removeIf(name -> READ.contains(name) || name.startsWith("MIGRAT"));
        builder.environment().putAll(environment);
        return builder;
    }
}
