package dev.migrator.autoconfigure.actuate;

import dev.migrator.Migrator;
import dev.migrator.Overview;
import dev.migrator.StatusDocument;
import dev.migrator.autoconfigure.ActivitySnapshot.Phase;
import dev.migrator.problem.MigratorException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * What the page for people shows: the endpoint's document with plan, locks, the newest runs, and what this asker may do.
 * Any number of open pages costs one look at a time, and at most one a second; none while this process migrates.
 */
final class OverviewAnswer {

    static final String NAME = "overview";

    private static final Duration FRESH = Duration.ofSeconds(1);
    private static final int RUNS = 20;

    private final Migrator migrator;
    private final MigrationsEndpoint endpoint;
    private final ActionAccess access;
    private final boolean acts;
    private final LiveSteps steps;
    private final LongSupplier nanoTime;
    /** As in {@link OneLook}. */
    private final ReentrantLock turn = new ReentrantLock();

    /** How often something was done: what was seen before is out of date. Nobody who acts waits for a slow look. */
    private final AtomicLong changes = new AtomicLong();

    private @Nullable Look last;

    private record Look(long begun, long changes, Map<String, Object> document) {}

    /**
     * @param level what the service lets the endpoint do at all
     * @param nanoTime as {@link System#nanoTime()}
     */
    OverviewAnswer(
            Migrator migrator,
            MigrationsEndpoint endpoint,
            ActionAccess access,
            Access level,
            LiveSteps steps,
            LongSupplier nanoTime) {
        this.migrator = migrator;
        this.endpoint = endpoint;
        this.access = access;
        this.acts = level == Access.UNRESTRICTED;
        this.steps = steps;
        this.nanoTime = nanoTime;
    }

    /** @param forgeryToken what Spring Security wants to see with each action: its header and its value; or null */
    Map<String, Object> to(ActionRequest request, @Nullable Map<String, Object> forgeryToken) {
        Map<String, Object> document = new LinkedHashMap<>(look());
        document.put("asker", asker(request, forgeryToken));
        return OperationResponseBody.of(document);
    }

    /** A token that nobody can use, or that a page elsewhere asks for, is not made. */
    boolean wantsForgeryToken(ActionRequest request) {
        return acts && !request.fromOtherSite();
    }

    /** Something was done, or tried: the next look is a new one. */
    void forget(ActionAnswer answer) {
        if (answer.wasTried()) {
            changes.incrementAndGet();
        }
    }

    private Map<String, Object> look() {
        if (endpoint.isMigrating()) {
            changes.incrementAndGet();
            return look(endpoint.migrations());
        }
        long asked = nanoTime.getAsLong();
        turn.lock();
        try {
            // one that began while this asker waited for its turn is new enough, however long it took
            if (last == null || last.changes() != changes.get() || asked - last.begun() > FRESH.toNanos()) {
                last = new Look(nanoTime.getAsLong(), changes.get(), look(endpoint.migrations()));
            }
            return last.document();
        } finally {
            turn.unlock();
        }
    }

    private Map<String, Object> look(Map<String, Object> status) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("status", status);
        if (endpoint.isMigrating()) {
            document.put("live", steps.document());
            return document;
        }
        endpoint.failure().ifPresent(problems -> document.put("service", problems));
        if (!Phase.UNKNOWN.name().equals(status.get("state"))) {
            try {
                Overview overview = migrator.overview(RUNS);
                document.putAll(StatusDocument.of(overview));
                document.put("plan", WorstProblems.of(StatusDocument.of(overview.plan())));
            } catch (MigratorException e) {
                document.put("problems", StatusDocument.problems(e.problems()));
            }
        }
        return document;
    }

    private Map<String, Object> asker(ActionRequest request, @Nullable Map<String, Object> forgeryToken) {
        Map<String, Object> asker = new LinkedHashMap<>();
        asker.put("access", acts ? "unrestricted" : "read-only");
        ActionAnswer refusal = acts ? access.refusal(request) : null;
        boolean may = acts && refusal == null;
        asker.put("actions", may ? MigrationActions.KNOWN : List.of());
        if (may) {
            asker.put("as", access.operator(request));
        }
        if (refusal != null) {
            asker.put("problems", refusal.document().get("problems"));
            asker.put("takesKey", access.takesKey());
        }
        if (acts && forgeryToken != null) {
            asker.put("csrf", forgeryToken);
        }
        return asker;
    }
}
