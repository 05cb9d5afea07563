package dev.migrator.faults;

import dev.migrator.Migrator;

/** A process that migrates, and stops its run when it is asked to end. Arguments are the URL and the location. */
final class CancelMain {

    private CancelMain() {}

    public static void main(String[] args) {
        Migrator migrator = MigrateMain.migrator(args[0], args[1]).build();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> migrator.cancel("by SIGTERM")));
        migrator.migrate();
    }
}
