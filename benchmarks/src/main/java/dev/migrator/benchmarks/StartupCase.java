package dev.migrator.benchmarks;

import dev.migrator.benchmarks.StartupLauncher.Start;
import dev.migrator.testkit.WireProxy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What the start of a Spring Boot service costs more with a tool in it, when nothing is pending. */
final class StartupCase {

    /** What the service is beside its tool. */
    private enum Shape {
        BARE("no port, pool unused", false, false),
        POOL("no port, pool used once", false, true),
        WEB("web and actuator, pool used once", true, true);

        private final String label;
        private final boolean web;
        private final boolean poolUsed;

        Shape(String label, boolean web, boolean poolUsed) {
            this.label = label;
            this.web = web;
            this.poolUsed = poolUsed;
        }
    }

    private static final Path STARTUP = Path.of("benchmarks/startup").toAbsolutePath();
    private static final Path OWN = Path.of("benchmarks/target/classes").toAbsolutePath();

    private final Server server;
    private final Folders folders;
    private final int rounds;
    private final StartupFigures figures;

    StartupCase(Server server, Folders folders, int rounds, StartupFigures figures) {
        this.server = server;
        this.folders = folders;
        this.rounds = rounds;
        this.figures = figures;
    }

    void run(int size) throws Exception {
        Map<StartupSubject, Path> migrations = migrations(size);
        Map<StartupSubject, String> databases = applied(migrations, size);
        for (Shape shape : Shape.values()) {
            String name = size + " applied, " + shape.label;
            for (int round = 0; round < rounds; round++) {
                for (StartupSubject subject : StartupSubject.values()) {
                    String url = server.url(databases.getOrDefault(subject, "postgres"));
                    figures.add(name, subject, start(subject, migrations, url, shape));
                }
            }
            for (StartupSubject subject : StartupSubject.values()) {
                count(name, subject, migrations, databases, shape);
            }
        }
        for (String database : databases.values()) {
            server.drop(database);
        }
    }

    private void count(
            String name,
            StartupSubject subject,
            Map<StartupSubject, Path> migrations,
            Map<StartupSubject, String> databases,
            Shape shape)
            throws Exception {
        try (WireProxy proxy = WireProxy.to("127.0.0.1", server.port())) {
            String database = databases.getOrDefault(subject, "postgres");
            start(subject, migrations, server.url(database, proxy.port()), shape);
            figures.count(name, subject, proxy.connectionsOpened(), proxy.queryRoundTrips());
        }
    }

    private static Start start(StartupSubject subject, Map<StartupSubject, Path> migrations, String url, Shape shape)
            throws Exception {
        String classPath = subject.classPath(STARTUP, OWN, migrations.getOrDefault(subject, OWN), shape.web);
        List<String> settings = new ArrayList<>(List.of(
                "--spring.main.banner-mode=off",
                "--spring.datasource.url=" + url,
                "--" + StartedService.POOL_USED + "=" + shape.poolUsed));
        if (shape.web) {
            settings.add("--server.port=0");
        }
        return StartupLauncher.start(classPath, settings);
    }

    /** On the class path, where each tool looks for them without being told. */
    private Map<StartupSubject, Path> migrations(int size) throws IOException {
        Folders.Folder small = folders.small(size);
        Path plain = folders.classPath("plain-" + size);
        copy(small.plain(), plain.resolve("db/migration"));
        Path formatted = folders.classPath("formatted-" + size);
        copy(small.formatted(), formatted.resolve("db/changelog/files"));
        Files.writeString(
                formatted.resolve("db/changelog/db.changelog-master.yaml"),
                "databaseChangeLog:\n  - includeAll:\n      path: files/\n      relativeToChangelogFile: true\n");
        Map<StartupSubject, Path> migrations = new EnumMap<>(StartupSubject.class);
        migrations.put(StartupSubject.NONE, plain);
        migrations.put(StartupSubject.OURS, plain);
        migrations.put(StartupSubject.FLYWAY, plain);
        migrations.put(StartupSubject.LIQUIBASE, formatted);
        return migrations;
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName().toString()));
            }
        }
    }

    /** The first start of each applies everything. */
    private Map<StartupSubject, String> applied(Map<StartupSubject, Path> migrations, int size) throws Exception {
        Map<StartupSubject, String> databases = new EnumMap<>(StartupSubject.class);
        for (StartupSubject subject : StartupSubject.values()) {
            String database = server.create(Subject.OURS);
            databases.put(subject, database);
            start(subject, migrations, server.url(database), Shape.BARE);
            check(subject, database, subject == StartupSubject.NONE ? 0 : size);
        }
        return databases;
    }

    private void check(StartupSubject subject, String database, int expected) throws SQLException {
        String found = server.ask(database, "SELECT count(*) FROM pg_class WHERE relname ~ '^item_[0-9]+$'");
        if (Integer.parseInt(found) != expected) {
            throw new IllegalStateException(subject + ": " + found + " tables instead of " + expected);
        }
    }
}
