package dev.migrator.reconcile;

/** What becomes of an expected schema after the migrations. */
public enum ExpectedSchemaMode {
    OFF,
    /** Something expected that is missing stops the start; nothing is changed. */
    REPORT,
    /** What can be added safely is added; what is missing then stops the start. */
    FIX
}
