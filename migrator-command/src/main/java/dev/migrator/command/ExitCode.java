package dev.migrator.command;

import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How a verb ends. Pipelines read these numbers: they are never given another meaning. */
public final class ExitCode {

    public static final int DONE = 0;
    public static final int FAILED = 1;
    public static final int USAGE = 2;
    public static final int PENDING = 3;
    public static final int LOCKED = 4;
    public static final int REFUSED = 5;
    public static final int OLDER_INSTANCES = 6;
    public static final int INTERRUPTED = 130;

    private ExitCode() {}

    /** The most important problem comes first, and decides. */
    public static int of(MigratorException failure) {
        return of(failure.problems());
    }

    public static int of(List<Problem> problems) {
        return problems.isEmpty() ? FAILED : of(problems.get(0).code());
    }

    private static int of(ProblemCode code) {
        return switch (code) {
            case INVALID_SETTING, LOCATION_NOT_FOUND, UNKNOWN_TARGET, UNKNOWN_NAME, AMBIGUOUS_NAME, INVALID_NAME ->
                USAGE;
            case LOCK_TIMEOUT -> LOCKED;
            case REFUSED, NO_DOWN_SCRIPT, HISTORY_MISSING, HISTORY_EMPTY, UNSAFE_STATEMENT -> REFUSED;
            case OLDER_INSTANCES -> OLDER_INSTANCES;
            case INTERRUPTED -> INTERRUPTED;
            default -> FAILED;
        };
    }

    /** For the help of each verb. */
    static Map<String, String> texts() {
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put(" 0", "done");
        texts.put(" 1", "failed");
        texts.put(" 2", "bad usage: a verb, option, name or setting that can't be understood");
        texts.put(" 3", "migrations are pending (status --check)");
        texts.put(" 4", "the migration lock is held by another session that makes no progress");
        texts.put(" 5", "refused as unsafe, or not confirmed");
        texts.put(" 6", "instances of an older release are alive, and a post-deploy migration waits for their end");
        texts.put("130", "interrupted (Ctrl-C); what ran was rolled back");
        return texts;
    }
}
