package dev.migrator.benchmarks;

import dev.migrator.Migrator;
import java.nio.file.Path;

final class Ours {

    private Ours() {}

    static void apply(String url, Path folder) {
        Migrator.builder()
                .connection(url, null, null)
                .locations("filesystem:" + folder)
                .build()
                .migrate()
                .orThrow();
    }
}
