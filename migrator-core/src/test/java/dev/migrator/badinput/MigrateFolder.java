package dev.migrator.badinput;

import dev.migrator.Migrator;

/** A process of its own, for a heap of its own: migrates a folder and says what came of it. */
final class MigrateFolder {

    private MigrateFolder() {}

    public static void main(String[] args) {
        Migrator migrator = Migrator.builder()
                .connection(args[0], null, null)
                .locations(args[1])
                .build();
        String summary = migrator.migrate().orThrow().summary();
        new java.io.PrintStream(
                        new java.io.FileOutputStream(java.io.FileDescriptor.out),
                        true,
                        java.nio.charset.StandardCharsets.UTF_8)
                .println(summary);
    }
}
