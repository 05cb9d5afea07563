package dev.migrator.execute;

/** When a migration began, where the transaction's own time does not tell: noted in a setting of the session. */
final class StartTime {

    /** The statement that notes it. */
    static final String NOTE =
            "SELECT pg_catalog.set_config('migrator.started', pg_catalog.clock_timestamp()::pg_catalog.text, false)";

    /** The expression that reads it; a script that resets all settings falls back to its transaction's time. */
    static final String NOTED =
            "COALESCE(NULLIF(pg_catalog.current_setting('migrator.started', true), '')::pg_catalog.timestamptz,"
                    + " pg_catalog.transaction_timestamp())";

    static final String OF_TRANSACTION = "pg_catalog.transaction_timestamp()";

    private StartTime() {}
}
