package dev.migrator.autoconfigure;

import dev.migrator.MigrateOptions;
import dev.migrator.Migrator;
import dev.migrator.autoconfigure.phase.LaterMigrations;
import dev.migrator.execute.RunReport;
import dev.migrator.plan.Phases;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.Severity;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** What a start does: run what is pending, see to it that nothing is, or neither. What it throws ends the start. */
final class StartupMigration {

    private static final Logger log = LoggerFactory.getLogger(StartupMigration.class);

    enum Task {
        MIGRATE,
        VERIFY,
        /** This environment's database is somebody else's matter. */
        NOTHING
    }

    private final Migrator migrator;
    private final MigrationActivity activity;
    private final Task task;
    private final boolean failFast;
    private final LaterMigrations later;
    private boolean early;
    private boolean unfinished;

    /** What the last try or look found of them; null where it did not come so far. */
    private @Nullable Phases phases;

    /** @param later hears what was left to later phases */
    StartupMigration(
            Migrator migrator, MigrationActivity activity, Task task, boolean failFast, LaterMigrations later) {
        this.migrator = migrator;
        this.activity = activity;
        this.task = task;
        this.failFast = failFast;
        this.later = later;
    }

    /** A failure ends the start, unless the service wants to start anyway: its health is down then. */
    void run() {
        try {
            runOrThrow();
        } catch (MigratorException e) {
            if (failFast || isInterrupted(e)) {
                throw e;
            }
            goOnAfter(e);
        }
    }

    /** Before the beans that need the schema: what itself needs such a bean is left to {@link #runDeferred()}. */
    void runEarly() {
        early = true;
        try {
            run();
        } finally {
            early = false;
        }
    }

    /** When all beans are there. */
    void runDeferred() {
        if (unfinished) {
            unfinished = false;
            run();
        }
    }

    void cancel() {
        migrator.cancel("because the service stops");
    }

    void runOrThrow() {
        if (task == Task.NOTHING) {
            return;
        }
        activity.begins();
        try {
            CancelOnShutdown.during(migrator, task == Task.MIGRATE ? this::migrate : this::verify);
        } catch (MigratorException e) {
            activity.failed(e.problems());
            throw e;
        } catch (RuntimeException | Error e) {
            activity.failed(List.of(Problem.unexpected("migration run", e)));
            throw e;
        }
    }

    private void migrate() {
        RunReport report = migrator.migrate(MigrateOptions.START);
        phases = report.phases();
        report.problems().forEach(StartupMigration::tell);
        report.orThrow();
        List<Problem> deferred = report.deferred();
        if (!deferred.isEmpty()) {
            leave(deferred, report);
            return;
        }
        activity.ended(report);
        if (report.applied() == 0) {
            // a run that has done something has its own last line
            log.atInfo()
                    .addKeyValue("runId", report.runId())
                    .addKeyValue("durationMs", report.duration().toMillis())
                    .addKeyValue("applied", 0)
                    .addKeyValue("failed", 0)
                    .log(
                            "The schema is complete: {}, 0 applied now, in {} ms",
                            report.total() == 1 ? "1 migration" : report.total() + " migrations",
                            report.duration().toMillis());
        }
        later.schemaIsComplete(report.phases());
    }

    private void leave(List<Problem> deferred, RunReport report) {
        if (!early) {
            throw new MigratorException(deferred.get(0).withSeverity(Severity.ERROR));
        }
        unfinished = true;
        List<String> names = deferred.stream().map(Problem::subject).toList();
        activity.left(names, report);
        log.info(
                "{} of {} migrations applied now; the service is not ready before these have run too: {}",
                report.applied(),
                report.total(),
                String.join(", ", names));
    }

    private void verify() {
        SchemaVerification verification = SchemaVerification.of(migrator.awaitStatus());
        phases = verification.report().phases();
        verification.remarks().forEach(StartupMigration::tell);
        verification.orThrow();
        migrator.verifySchema();
        activity.verified(verification.report());
        log.info(
                "The schema is complete: nothing is pending. Migrations are not run here (migrator.auto-migrate=false)");
        later.schemaIsComplete(verification.report().phases());
    }

    private static boolean isInterrupted(MigratorException e) {
        return e.problems().stream().anyMatch(problem -> problem.code() == ProblemCode.INTERRUPTED);
    }

    /** The service goes on without its schema, unless its end is why they were stopped. */
    void goOnAfter(MigratorException failure) {
        String why = failure.problems().stream().map(Problem::text).collect(Collectors.joining("\n"));
        if (isInterrupted(failure)) {
            log.warn("The schema is not complete: {}", why);
            return;
        }
        log.error("The schema is not complete and the service goes on, with its health down: {}", why);
        Phases known = phases;
        if (known != null) {
            later.schemaIsIncomplete(known);
        }
    }

    private static void tell(Problem problem) {
        log.atLevel(level(problem)).log(problem.text());
    }

    private static Level level(Problem problem) {
        return switch (problem.severity()) {
            case INFO -> Level.INFO;
            case WARNING -> Level.WARN;
            case ERROR -> Level.ERROR;
        };
    }
}
