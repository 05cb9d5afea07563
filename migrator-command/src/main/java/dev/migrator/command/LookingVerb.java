package dev.migrator.command;

import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A verb whose answer can be JSON. */
abstract class LookingVerb extends Verb {

    @Option(names = "--json", description = "Print one JSON document and nothing else.")
    private boolean json;

    LookingVerb(CommandEnvironment environment) {
        super(environment);
    }

    @Override
    final boolean json() {
        return json;
    }

    /** The option of all that leave a line in the log. */
    static final class Reason {

        @Option(names = "--reason", paramLabel = "TEXT", description = "Why; goes into the log.")
        private @Nullable String reason;

        /** Null where nobody gave one. */
        @Nullable
        String given() {
            return reason;
        }

        /** For a log that asks why each time. */
        String text() {
            return reason == null ? "no reason given" : reason;
        }
    }

    static int atLeastOne(int limit) {
        if (limit < 1) {
            throw new MigratorException(Problem.error(
                    ProblemCode.INVALID_SETTING, "--limit", "It is " + limit + ".", "Give a number from 1 on."));
        }
        return limit;
    }
}
