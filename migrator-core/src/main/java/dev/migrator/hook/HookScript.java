package dev.migrator.hook;

import dev.migrator.migration.HookFile.Moment;
import dev.migrator.script.PreparedScript;
import dev.migrator.sql.SqlStatement;
import java.util.List;

/**
 * A hook that was read to its end and found fit to run.
 *
 * @param file where people find it
 */
public record HookScript(Moment moment, String file, String text, List<SqlStatement> statements) {

    public HookScript {
        statements = List.copyOf(statements);
    }

    /** Whether migrations with it may share a message: else it goes alone with each of them. */
    public boolean mayShareMessage() {
        return PreparedScript.mayShareMessage(text);
    }

    /** What a dry run says of it. */
    public String describe() {
        String size = statements.size() + (statements.size() == 1 ? " statement" : " statements");
        return moment.fileName() + " (" + file + "; " + size + "; "
                + switch (moment) {
                    case BEFORE_RUN -> "before the first migration, one transaction";
                    case AFTER_EACH_MIGRATION -> "with each migration, in its last transaction";
                    case AFTER_RUN -> "after the last migration, one transaction";
                }
                + ")";
    }
}
