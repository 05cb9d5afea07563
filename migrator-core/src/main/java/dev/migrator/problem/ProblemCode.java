package dev.migrator.problem;

import java.util.Locale;

/** The closed list of what can be wrong. The {@link #id()} of a code is part of the API: scripts and alerts match it. */
public enum ProblemCode {
    // names and files
    UNKNOWN_FILE,
    INVALID_NAME,
    DUPLICATE_NAME,
    DUPLICATE_FILE,
    ORPHAN_DOWN_FILE,
    UNREADABLE_FILE,
    UNSAFE_LINK,
    NOT_UTF8,
    FILE_TOO_LARGE,
    FILE_CHANGED,
    LOCATION_NOT_FOUND,
    NO_MIGRATIONS,
    UNKNOWN_DIRECTIVE,
    INVALID_DIRECTIVE,
    LATE_DIRECTIVE,
    UNKNOWN_DEPENDENCY,
    DEPENDENCY_ORDER,
    // the text of a file
    UNCLOSED_TOKEN,
    PSQL_COMMAND,
    TRANSACTION_CONTROL,
    CONFLICT_MARKER,
    NUL_CHARACTER,
    EMPTY_MIGRATION,
    TRANSACTION_LEFT_OUT,
    PSQL_COMMAND_SKIPPED,
    NOT_TRANSACTIONAL,
    UNSAFE_STATEMENT,
    // migrations in code and in batches
    CODE_UNAVAILABLE,
    CODE_ELSEWHERE,
    CODE_DEFERRED,
    BATCH_SOURCE,
    BATCH_CANCELLED,
    BATCH_ROWS_LEFT_OUT,
    // the set against the history
    CHECKSUM_MISMATCH,
    MISSING_FILE,
    RENAMED,
    OUT_OF_ORDER,
    UNKNOWN_TARGET,
    UNKNOWN_NAME,
    AMBIGUOUS_NAME,
    NO_DOWN_SCRIPT,
    // the tracking tables
    HISTORY_MISSING,
    HISTORY_SHAPE,
    HISTORY_FOREIGN,
    HISTORY_NOT_A_TABLE,
    HISTORY_NEWER,
    HISTORY_EMPTY,
    HISTORY_GONE,
    // the database
    CONNECTION,
    UNSUPPORTED_SERVER,
    READ_ONLY,
    NO_SCHEMA,
    NO_PRIVILEGE,
    POOLED_CONNECTION,
    // a run
    LOCK_TIMEOUT,
    LOCK_LOST,
    OLDER_INSTANCES,
    MIGRATION_FAILED,
    HOOK_FAILED,
    RESUME_CHANGED,
    RUN_TIMEOUT,
    INTERRUPTED,
    PENDING,
    REFUSED,
    FAILED_BEFORE,
    // the schema
    EXPECTED_SCHEMA,
    SCHEMA_INCOMPLETE,
    SCHEMA_DIFFERS,
    RECONCILE_FAILED,
    SNAPSHOT_NOT_STORED,
    // settings
    INVALID_SETTING,
    // a fault of ours
    UNEXPECTED;

    /** The code as people and scripts see it, for example {@code checksum-mismatch}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
