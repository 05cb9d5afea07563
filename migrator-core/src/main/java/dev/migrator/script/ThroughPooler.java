package dev.migrator.script;

import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import java.util.List;

/**
 * What can't be done through a pooler in transaction mode. A file that goes statement by statement needs a session: its
 * time-outs for index work would have to be set where the next statement may not arrive, and after a lost connection nobody
 * could tell whether its statement still runs.
 */
public final class ThroughPooler {

    private ThroughPooler() {}

    /** A problem for each migration that needs a session of its own. */
    public static List<Problem> problems(List<PlannedScript> scripts) {
        return scripts.stream()
                .filter(script -> !script.transactional())
                .map(script -> Problem.error(
                        ProblemCode.POOLED_CONNECTION,
                        script.file(),
                        "It can't run in a transaction, and a connection pooler stands in between: statements that run"
                                + " alone need a session of their own.",
                        "Give a direct address of the server in migrator.url; the application keeps its own. Or remove"
                                + " migrator.pooler=transaction where that says so by mistake."))
                .toList();
    }
}
