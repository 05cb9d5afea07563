package dev.migrator.history;

/** What stands under the tracking table's name. */
public enum TableShape {
    MISSING,
    OURS,
    /** {@code migration_name …, status}: upgraded in place, rows kept. */
    SEED_NAMED,
    /** {@code version, name …}: upgraded in place, rows kept. */
    SEED_VERSIONED,
    /** Anything else; never touched. */
    UNUSABLE;

    public boolean needsUpgrade() {
        return this == SEED_NAMED || this == SEED_VERSIONED;
    }
}
