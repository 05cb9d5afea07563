package dev.migrator.autoconfigure.gate;

import dev.migrator.autoconfigure.ActivitySnapshot;
import dev.migrator.problem.ProblemCode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Supplier;

/** Who may pass while the schema is not complete: the actuator, so that probes and people can look. */
final class SchemaGate {

    private static final byte[] BODY = """
            {"type":"about:blank","title":"Service Unavailable","status":503,\
            "detail":"The database is being migrated. Try again later."}
            """.getBytes(StandardCharsets.UTF_8);

    private final Supplier<ActivitySnapshot> activity;
    private final ActuatorPaths actuator;
    private final boolean opensAfterFailure;
    private final long retryAfterSeconds;

    /** Once open it stays open: a look at the snapshot for every request is not needed for ever. */
    private volatile boolean open;

    SchemaGate(
            Supplier<ActivitySnapshot> activity,
            ActuatorPaths actuator,
            boolean opensAfterFailure,
            Duration retryAfter) {
        this.activity = activity;
        this.actuator = actuator;
        this.opensAfterFailure = opensAfterFailure;
        this.retryAfterSeconds = Math.max(1, retryAfter.toSeconds());
    }

    /** @param path within the application, without its context path */
    boolean lets(String path) {
        return isOpen() || actuator.contains(path);
    }

    private boolean isOpen() {
        if (!open) {
            ActivitySnapshot now = activity.get();
            open = switch (now.phase()) {
                case COMPLETED, UNKNOWN -> true;
                case FAILED -> opensAfterFailure && !isInterrupted(now);
                case PENDING, RUNNING -> false;
            };
        }
        return open;
    }

    /** Whoever interrupted the run ends the service, and does not want it to begin. */
    private static boolean isInterrupted(ActivitySnapshot now) {
        return now.problems().stream().anyMatch(problem -> problem.code() == ProblemCode.INTERRUPTED);
    }

    String retryAfter() {
        return Long.toString(retryAfterSeconds);
    }

    static byte[] body() {
        return BODY.clone();
    }
}
