package dev.migrator.benchmarks;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The tool that a service has on its class path, each in a class path that Maven made for it alone. */
enum StartupSubject {
    NONE("without a tool", "none", List.of()),
    OURS("Migrator", "migrator", List.of("migrator-")),
    FLYWAY("Flyway", "flyway", List.of("flyway-", "spring-boot-flyway-")),
    LIQUIBASE("Liquibase", "liquibase", List.of("liquibase-", "spring-boot-liquibase-"));

    private final String label;
    private final String module;
    private final List<String> ownJars;

    StartupSubject(String label, String module, List<String> ownJars) {
        this.label = label;
        this.module = module;
        this.ownJars = ownJars;
    }

    String label() {
        return label;
    }

    /** The service's own classes, the migrations, and what Maven resolved; for a service with a port also that. */
    String classPath(Path startup, Path own, Path migrations, boolean web) throws IOException {
        Set<String> entries = new LinkedHashSet<>();
        entries.add(own.toString());
        entries.add(migrations.toString());
        entries.addAll(jars(startup, module));
        if (web) {
            entries.addAll(jars(startup, "web"));
        }
        refuseStrangers(entries);
        return String.join(File.pathSeparator, entries);
    }

    private static List<String> jars(Path startup, String module) throws IOException {
        Path file = startup.resolve(module).resolve("target/classpath");
        if (!Files.exists(file)) {
            throw new IOException(file + " is missing: package the modules of " + startup + " first");
        }
        return Arrays.asList(Files.readString(file).strip().split(File.pathSeparator, -1));
    }

    /** A tool that came along unseen would be measured with another one. */
    private void refuseStrangers(Set<String> entries) {
        for (StartupSubject other : values()) {
            for (String jar : other.ownJars) {
                boolean found = entries.stream()
                        .anyMatch(entry -> new File(entry).getName().startsWith(jar));
                if (found != (other == this)) {
                    throw new IllegalStateException(
                            this + ": " + jar + (found ? " is" : " is not") + " on its class path");
                }
            }
        }
    }
}
