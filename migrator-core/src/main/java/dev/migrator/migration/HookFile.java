package dev.migrator.migration;

import java.util.List;
import java.util.Optional;

/** A file beside the migrations that runs with them, in each run that does something. */
public record HookFile(Moment moment, SqlText text) {

    /** When it runs. */
    public enum Moment {
        /** In a transaction of its own, before the first migration. */
        BEFORE_RUN("beforeRun"),
        /** In the transaction of each migration, with its record. */
        AFTER_EACH_MIGRATION("afterEachMigration"),
        /** In a transaction of its own, after the last migration, when none has failed. */
        AFTER_RUN("afterRun");

        private final String fileName;

        Moment(String fileName) {
            this.fileName = fileName;
        }

        /** Without its ending. */
        public String fileName() {
            return fileName;
        }

        public static Optional<Moment> of(String fileName) {
            return List.of(values()).stream()
                    .filter(moment -> moment.fileName.equals(fileName))
                    .findFirst();
        }
    }
}
