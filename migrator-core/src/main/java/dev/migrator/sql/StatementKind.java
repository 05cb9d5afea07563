package dev.migrator.sql;

/** What a statement is, as far as running it differs from running any other. */
public enum StatementKind {
    ORDINARY(Nature.PLAIN),

    /** {@code BEGIN} and {@code START TRANSACTION}. */
    BEGIN(Nature.CONTROL),
    /** {@code COMMIT} and {@code END}. */
    COMMIT(Nature.CONTROL),
    /** {@code ROLLBACK} and {@code ABORT}. */
    ROLLBACK(Nature.CONTROL),
    PREPARE_TRANSACTION(Nature.CONTROL),
    /** {@code SAVEPOINT}, {@code RELEASE} and {@code ROLLBACK TO}. */
    SAVEPOINT(Nature.PLAIN),
    /** {@code SET TRANSACTION}; not {@code SET SESSION CHARACTERISTICS}. */
    SET_TRANSACTION(Nature.PLAIN),

    /** {@code client_encoding} or {@code datestyle}, to what the driver can't read. */
    SET_CLIENT_UNREADABLE(Nature.PLAIN),

    COPY_FROM_STDIN(Nature.PLAIN),

    CREATE_INDEX_CONCURRENTLY(Nature.ALONE),
    DROP_INDEX_CONCURRENTLY(Nature.ALONE),
    /** Of an index, a table, a schema or a database. */
    REINDEX_CONCURRENTLY(Nature.ALONE),
    /** A schema, a database or the system catalogs, not concurrently. */
    REINDEX_WHOLE(Nature.ALONE),
    VACUUM(Nature.ALONE),
    /** {@code CLUSTER} without a table. */
    CLUSTER_ALL(Nature.ALONE),
    /** PostgreSQL 19. */
    REPACK_CONCURRENTLY(Nature.ALONE),
    ALTER_SYSTEM(Nature.ALONE),
    CREATE_DATABASE(Nature.ALONE),
    DROP_DATABASE(Nature.ALONE),
    ALTER_DATABASE_TABLESPACE(Nature.ALONE),
    CREATE_TABLESPACE(Nature.ALONE),
    DROP_TABLESPACE(Nature.ALONE),
    DETACH_PARTITION_CONCURRENTLY(Nature.ALONE),
    /** One that creates a replication slot. */
    CREATE_SUBSCRIPTION(Nature.ALONE),
    DISCARD_ALL(Nature.ALONE),
    /** {@code COMMIT PREPARED} and {@code ROLLBACK PREPARED}. */
    COMMIT_PREPARED(Nature.ALONE);

    private enum Nature {
        PLAIN,
        CONTROL,
        ALONE
    }

    private final Nature nature;

    StatementKind(Nature nature) {
        this.nature = nature;
    }

    /** Whether the server accepts it within a transaction block; by its form, not by the state of the catalog. */
    public boolean runsInTransaction() {
        return nature != Nature.ALONE;
    }

    /** Whether it starts or ends the transaction that it is in. */
    public boolean controlsTransaction() {
        return nature == Nature.CONTROL;
    }
}
