package dev.migrator.benchmarks;

import java.nio.file.Path;
import org.flywaydb.core.Flyway;

final class FlywayDefault {

    private FlywayDefault() {}

    static void apply(String url, Path folder) {
        Flyway.configure()
                .dataSource(url, null, null)
                .locations("filesystem:" + folder)
                .load()
                .migrate();
    }
}
