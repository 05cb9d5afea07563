package dev.migrator;

/** What can be compared. */
public enum SchemaSide {
    /** The expected files. */
    EXPECTED,
    /** The database as it is. */
    LIVE,
    /** What was stored after the last run. */
    STORED
}
