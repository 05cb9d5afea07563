package dev.migrator.history;

/** What stands under the tracking table's name. */
public enum TableShape {
    MISSING,
    OURS,
    /** {@code migration_name …, status}: upgraded in place, rows kept. */
    SEED_NAMED,
    /** {@code version, name …}: upgraded in place, rows kept. */
    SEED_VERSIONED,
    /** Ours, but the log beside it is gone: it is created again, empty. */
    LOG_MISSING,
    /** Written by a newer version of this tool: read, never written. */
    NEWER,
    /** Anything else; never touched. */
    UNUSABLE;

    public boolean needsUpgrade() {
        return this == LOG_MISSING || isAdopted();
    }

    /** Rows of another tool's table; their names may carry an ending. */
    boolean isAdopted() {
        return this == SEED_NAMED || this == SEED_VERSIONED;
    }
}
