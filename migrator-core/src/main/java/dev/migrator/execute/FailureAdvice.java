package dev.migrator.execute;

import dev.migrator.postgres.SqlState;
import org.jspecify.annotations.Nullable;

/** What to do about a refusal of the server, where its SQLSTATE tells more than "mend the statement". */
final class FailureAdvice {

    private static final String MEND = "Mend the file and start again: a failed migration is tried again by itself.";

    private static final String MEND_BACK =
            "Mend the down script and roll back again; or go forward with a new migration.";

    private FailureAdvice() {}

    static String forState(@Nullable String state, RunSettings settings, boolean takesBack) {
        String mend = takesBack ? MEND_BACK : MEND;
        if (state == null) {
            return mend;
        }
        return switch (state) {
            case SqlState.LOCK_NOT_AVAILABLE ->
                "Another session holds a lock on the table for longer than all tries together. Find it with"
                        + " pg_blocking_pids, or run the migration at a quieter time; lock_timeout was "
                        + settings.lockTimeout().toMillis() + " ms.";
            case SqlState.DEADLOCK -> "It met a deadlock with other sessions at every try; run it at a quieter time.";
            case SqlState.QUERY_CANCELED ->
                "The statement was cancelled: by a time-out (the file's statement-timeout, migrator.statement-timeout,"
                        + " migrator.ddl.index-timeout), or by a person.";
            case SqlState.INSUFFICIENT_PRIVILEGE ->
                "Grant the role what the statement needs, or give another role in migrator.username.";
            case SqlState.READ_ONLY_TRANSACTION -> "Point the connection to a server that can be written.";
            case "25001", "2D000" ->
                "This statement can't run in a transaction: mark the file with -- migrator: no-transaction";
            case "55P04" -> "A new enum value can't be used in the transaction that adds it: split the file in two.";
            case "53100", "53200" ->
                "The server is out of disk or memory; nothing was changed. Make room and start again.";
            default -> mend;
        };
    }
}
