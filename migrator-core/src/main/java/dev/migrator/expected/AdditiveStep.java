package dev.migrator.expected;

import dev.migrator.schema.SchemaObject;
import java.util.List;

/**
 * One thing to add. Each is a transaction of its own, or a statement of its own where the server wants that.
 *
 * @param object what it is about
 * @param statements run together; a concurrent one is alone, perhaps with a remark before it
 * @param added whether the object is new with it: false for what only completes one, as VALIDATE does
 */
public record AdditiveStep(SchemaObject object, Manner manner, List<String> statements, boolean added) {

    /** How it is run. */
    public enum Manner {
        TRANSACTION,
        /** Outside of a transaction, and without time-outs: it blocks no traffic. */
        CONCURRENTLY
    }

    public AdditiveStep {
        statements = List.copyOf(statements);
    }

    static AdditiveStep add(SchemaObject object, List<String> statements) {
        return new AdditiveStep(object, Manner.TRANSACTION, statements, true);
    }

    static AdditiveStep complete(SchemaObject object, String statement) {
        return new AdditiveStep(object, Manner.TRANSACTION, List.of(statement), false);
    }

    static AdditiveStep concurrently(SchemaObject object, String statement) {
        return new AdditiveStep(object, Manner.CONCURRENTLY, List.of(statement), true);
    }

    /** What an earlier try has left is removed by whoever runs it, after a look whether it is still being built. */
    static AdditiveStep again(SchemaObject object, String remark, String statement) {
        return new AdditiveStep(object, Manner.CONCURRENTLY, List.of(remark, statement), true);
    }
}
