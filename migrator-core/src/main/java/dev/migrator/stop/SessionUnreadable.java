package dev.migrator.stop;

import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;

/** A script made the server speak as the driver can't read, so the driver closed the session: no use in trying again. */
public final class SessionUnreadable extends MigratorException {

    private final String change;

    public SessionUnreadable(String change) {
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

    public SessionUnreadable by(String file) {
        return new SessionUnreadable(change, file);
    }
}
