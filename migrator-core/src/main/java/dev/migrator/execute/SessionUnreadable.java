package dev.migrator.execute;

import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.script.PreparedStep;

/** A script made the server speak as the driver can't read, so the driver closed the session: no use in trying again. */
final class SessionUnreadable extends MigratorException {

    private final String change;

    SessionUnreadable(String change) {
        this(change, "migration run");
    }

    private SessionUnreadable(String change, String file) {
        super(Problem.error(
                ProblemCode.UNSAFE_STATEMENT,
                file,
                "It has set " + change + ", which the driver can't read; the driver closed the connection. What was not"
                        + " committed is rolled back.",
                "Leave client_encoding at UTF8 and begin datestyle with ISO."));
        this.change = change;
    }

    SessionUnreadable by(PreparedStep script) {
        return new SessionUnreadable(change, script.file());
    }
}
