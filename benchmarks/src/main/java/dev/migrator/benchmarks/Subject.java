package dev.migrator.benchmarks;

import java.nio.file.Path;
import java.util.List;

/** What is measured. Each is a class of its own, so that a process loads only what it needs. */
enum Subject {
    LOOP("plain loop", List.of("postgresql-")),
    OURS("Migrator", List.of("postgresql-", "migrator-core-", "slf4j-")),
    FLYWAY("Flyway", List.of("postgresql-", "flyway-", "slf4j-")),
    LIQUIBASE("Liquibase", List.of("postgresql-", "liquibase-", "snakeyaml-", "commons-", "opencsv-", "jaxb-api-"));

    private final String label;
    private final List<String> libraries;

    Subject(String label, List<String> libraries) {
        this.label = label;
        this.libraries = libraries;
    }

    String label() {
        return label;
    }

    /** Whether a jar of this name belongs on the class path of its process. */
    boolean needs(String jar) {
        for (String library : libraries) {
            if (jar.startsWith(library)) {
                return true;
            }
        }
        return false;
    }

    void apply(String url, Folders.Folder folder) throws Exception {
        apply(url, files(folder));
    }

    Path files(Folders.Folder folder) {
        return this == LIQUIBASE ? folder.formatted() : folder.plain();
    }

    void apply(String url, Path files) throws Exception {
        switch (this) {
            case LOOP -> PlainLoop.apply(url, files);
            case OURS -> Ours.apply(url, files);
            case FLYWAY -> FlywayDefault.apply(url, files);
            case LIQUIBASE -> LiquibaseDefault.apply(url, files);
        }
    }
}
