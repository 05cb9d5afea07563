package dev.migrator.migration;

/** A migration in Java that is one transaction, together with its record in the history. */
public non-sealed interface DataMigration extends MigrationCode {

    /**
     * Does the work through {@link MigrationContext#jdbc()}. An exception, or a result that says failure, rolls everything
     * back. It is called again after a lost connection, a lock that was not granted, or a deadlock: what it does outside
     * of the transaction must bear that. In a dry run it is called too, and always rolled back.
     */
    MigrationResult up(MigrationContext context) throws Exception;
}
