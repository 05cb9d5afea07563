package dev.migrator.expected;

import dev.migrator.schema.Ddl;
import dev.migrator.schema.SchemaObject;
import java.util.List;

/**
 * What nobody should do without a look: why, and what a migration would say.
 *
 * @param missing whether the service lacks something; false if what is there is only different
 * @param migration statements and comments
 */
public record ByHand(SchemaObject object, boolean missing, String why, List<String> migration) {

    /** What follows belongs into a later migration: rows have to be filled first, and each statement commits. */
    public static final String LATER =
            "-- and in a migration after that, with -- migrator: no-transaction at its head:";

    /** The directive that a migration begins with which can't be a transaction. */
    public static final String NO_TRANSACTION = "-- migrator: no-transaction";

    public ByHand {
        migration = List.copyOf(migration);
    }

    /** The text of a migration that a person may start from. */
    public String text() {
        return Ddl.script(migration);
    }
}
