package dev.migrator.autoconfigure;

import dev.migrator.MigrateOptions;
import dev.migrator.Migrator;
import dev.migrator.execute.RunReport;
import dev.migrator.plan.Phases;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.Severity;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
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
    private final Consumer<Phases> whenComplete;
    private boolean early;
    private boolean unfinished;

    /** @param whenComplete hears what was left to later phases */
    StartupMigration(
            Migrator migrator, MigrationActivity activity, Task task, boolean failFast, Consumer<Phases> whenComplete) {
        this.migrator = migrator;
        this.activity = activity;
        this.task = task;
        this.failFast = failFast;
        this.whenComplete = whenComplete;
    }

    /** A failure ends the start, unless the service wants to start anyway: its health is down then. */
    void run() {
        try {
            runOrThrow();
        } catch (MigratorException e) {
            if (failFast || isInterrupted(e)) {
                throw e;
            }
            tell(e);
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
        migrator.stop("because the service stops");
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
            activity.failed(List.of());
            throw e;
        }
    }

    private void migrate() {
        RunReport report = migrator.migrate(MigrateOptions.START);
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
        whenComplete.accept(report.phases());
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
        verification.remarks().forEach(StartupMigration::tell);
        verification.orThrow();
        migrator.verifySchema();
        activity.verified(verification.report());
        log.info(
                "The schema is complete: nothing is pending. Migrations are not run here (migrator.auto-migrate=false)");
        whenComplete.accept(verification.report().phases());
    }

    private static boolean isInterrupted(MigratorException e) {
        return e.problems().stream().anyMatch(problem -> problem.code() == ProblemCode.INTERRUPTED);
    }

    /** For a service that goes on without its schema. */
    static void tell(MigratorException failure) {
        log.error(
                "The schema is not complete and the service goes on, with its health down: {}",
                failure.problems().stream().map(Problem::text).collect(Collectors.joining("\n")));
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
