package dev.migrator.sample;

import dev.migrator.testkit.Ended;
import dev.migrator.testkit.TestDatabase;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One process of a pipeline: a jar that ends by itself, its two streams apart, with nothing of this one's environment. */
final class Step {

    private static final List<String> READ =
            List.of("DATABASE_URL", "DEVELOPER_KEY", "PGPASSWORD", "JAVA_TOOL_OPTIONS");

    private Step() {}

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
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> READ.contains(name) || name.startsWith("MIGRAT"));
        builder.environment().putAll(environment);
        return Ended.of(builder, "");
    }
}
