package dev.migrator.reconcile;

import dev.migrator.event.MigrationEvent;
import dev.migrator.expected.AdditivePlan;
import dev.migrator.expected.AdditiveStep;
import dev.migrator.expected.ExpectedFile;
import dev.migrator.expected.ExpectedFiles;
import dev.migrator.expected.ExpectedSchema;
import dev.migrator.history.AppliedRecord;
import dev.migrator.history.ReconcileRows;
import dev.migrator.postgres.Session;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.Problems;
import dev.migrator.problem.SafeText;
import dev.migrator.schema.Ddl;
import dev.migrator.schema.SchemaObject;
import dev.migrator.schema.SchemaSnapshot;
import dev.migrator.stop.Cancellation;
import dev.migrator.stop.LockLost;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Compares the database with the expected files and adds what is missing, as far as that is safe. */
public final class ReconcileRun {

    private static final Logger log = LoggerFactory.getLogger("dev.migrator");

    /** How often the lock may get lost. */
    private static final int MOST_LOOKS = 20;

    private final Database database;
    private final ExpectedSide side;
    private final Drift drift;
    private final Cancellation cancellation;
    private final AppliedRecord.Run run;

    public ReconcileRun(
            Database database, ExpectedFiles files, Drift drift, Cancellation cancellation, AppliedRecord.Run run) {
        this.database = database;
        this.side = new ExpectedSide(files);
        this.drift = drift;
        this.cancellation = cancellation;
        this.run = run;
    }

    /** What the files say, in the server's words. */
    public ExpectedSchema expected(Session session) throws SQLException {
        return side.read(database.look(session));
    }

    /** The schemas of the files, as the database has them. */
    public SchemaSnapshot live(Session session, ExpectedSchema expected) throws SQLException {
        return ExpectedSide.live(database.look(session), expected);
    }

    /** Takes the lock only if there is something to add. When it gets lost, what is left is seen by another look. */
    public ReconcileReport run(Session session, boolean fix) throws SQLException {
        for (int looks = 1; ; looks++) {
            try {
                return told(runOnce(session, fix));
            } catch (LockLost e) {
                if (looks >= MOST_LOOKS || session.isLost()) {
                    throw e;
                }
                log.warn(e.first().text());
            }
        }
    }

    private ReconcileReport told(ReconcileReport report) {
        if (!report.done().isEmpty() || run.asked() != null) {
            drift.listeners()
                    .on(new MigrationEvent.Reconciled(run.runId(), report.done().size(), report.isComplete()));
        }
        return report;
    }

    private ReconcileReport runOnce(Session session, boolean fix) throws SQLException {
        Place place = database.look(session);
        ExpectedSchema expected = side.read(place);
        AdditivePlan plan = ExpectedSide.plan(place, expected);
        tellMissing(plan);
        if (!fix || plan.steps().isEmpty() && Unfinished.of(place).isNothingToDo(expected, plan)) {
            return tell(new ReconcileReport(List.of(), plan, List.of()));
        }
        return place.locked(cancellation, locked -> tell(fix(locked, expected)));
    }

    private static void tellMissing(AdditivePlan plan) {
        List<String> columns = plan.missingColumns();
        if (!columns.isEmpty()) {
            log.info("Missing columns detected: {}", SafeText.line(String.join(", ", columns)));
        }
    }

    private static ReconcileReport tell(ReconcileReport report) {
        report.problems().stream().filter(problem -> !problem.isError()).forEach(problem -> log.warn(problem.text()));
        if (report.isComplete()) {
            log.info("Database schema is up to date");
        }
        return report;
    }

    private ReconcileReport fix(Place place, ExpectedSchema expected) throws SQLException {
        AdditivePlan plan = ExpectedSide.plan(place, expected);
        Unfinished unfinished = Unfinished.of(place);
        Fixing fixing = new Fixing(place, expected, unfinished);
        fixing.start();
        boolean ended = fixing.end(unfinished.ended(expected, plan));
        fixing.runAll(plan.steps());
        fixing.settleTaken();
        fixing.backfill();
        if (ended || !fixing.done.isEmpty()) {
            drift.completed(place.session(), place.table(), run);
        }
        return new ReconcileReport(fixing.done, ExpectedSide.plan(place, expected), fixing.failures.all());
    }

    /** What one run has done so far. */
    private final class Fixing {

        private final Place place;
        private final ExpectedSchema expected;
        private final StepRunner runner;
        private final Backfill backfill;
        private final List<Reconciled> done = new ArrayList<>();
        private final Problems failures = new Problems();
        private final Set<ExpectedFile> toFill = new LinkedHashSet<>();
        private final Map<AdditiveStep, StepRunner.Outcome> taken = new LinkedHashMap<>();

        Fixing(Place place, ExpectedSchema expected, Unfinished unfinished) throws SQLException {
            ReconcileRows rows = new ReconcileRows(place.table());
            this.place = place;
            this.expected = expected;
            this.runner = new StepRunner(place, rows, run, cancellation);
            BatchedBackfill batched = new BatchedBackfill(place, run, cancellation, drift.listeners());
            batched.look(expected.files());
            this.backfill = new Backfill(rows, run, batched);
            toFill.addAll(backfill.unfinished(expected.files(), unfinished.subjects()));
        }

        void start() throws SQLException {
            runner.start();
        }

        /** Returns whether there was any. */
        boolean end(List<String> subjects) throws SQLException {
            for (String subject : subjects) {
                runner.recordEnd(subject);
                log.info("{} is there: it was begun before, and has come to its end", SafeText.line(subject));
            }
            return !subjects.isEmpty();
        }

        /** What needs something that is not there yet is tried again, for as long as others succeed. */
        void runAll(List<AdditiveStep> steps) throws SQLException {
            List<AdditiveStep> open = steps;
            while (!open.isEmpty()) {
                List<AdditiveStep> later = new ArrayList<>();
                for (AdditiveStep step : open) {
                    if (runner.isPooled() && step.manner() == AdditiveStep.Manner.CONCURRENTLY) {
                        failures.add(needsSession(StepRunner.subject(step), Ddl.script(step.statements())));
                        continue;
                    }
                    StepRunner.Outcome outcome = run(step);
                    if (outcome.mayComeLater()) {
                        later.add(step);
                    } else {
                        settle(step, outcome);
                    }
                }
                if (later.size() == open.size()) {
                    for (AdditiveStep step : later) {
                        settle(step, run(step));
                    }
                    return;
                }
                open = later;
            }
        }

        private StepRunner.Outcome run(AdditiveStep step) throws SQLException {
            return runner.run(step, message -> fileToFill(step).ifPresent(file -> backfill.addClaim(message, file)));
        }

        private Optional<ExpectedFile> fileToFill(AdditiveStep step) {
            return expected.fileOf(step.object()).filter(file -> file.backfill() != null && step.added());
        }

        private void settle(AdditiveStep step, StepRunner.Outcome outcome) {
            String subject = StepRunner.subject(step);
            String sql = Ddl.script(step.statements());
            if (outcome.isTaken() && !taken.containsKey(step)) {
                taken.put(step, outcome);
                return;
            }
            if (outcome.error() != null) {
                runner.recordFailure(subject, sql, outcome.error(), outcome.duration());
                cancellation.refuseIfRequested(subject);
                failures.add(failed(subject, sql, outcome.error()));
                return;
            }
            fileToFill(step).ifPresent(toFill::add);
            tellDone(subject, outcome.duration());
            done.add(new Reconciled(subject, sql, outcome.duration()));
        }

        /** What somebody else has added meanwhile is there; a name that something else has is a failure. */
        void settleTaken() throws SQLException {
            if (taken.isEmpty()) {
                return;
            }
            List<SchemaObject> missing = ExpectedSide.plan(place, expected).missing();
            for (Map.Entry<AdditiveStep, StepRunner.Outcome> one : taken.entrySet()) {
                AdditiveStep step = one.getKey();
                if (missing.contains(step.object())) {
                    settle(step, one.getValue());
                } else {
                    fileToFill(step).ifPresent(toFill::add);
                    runner.recordEnd(StepRunner.subject(step));
                }
            }
        }

        void backfill() throws SQLException {
            for (ExpectedFile file : toFill) {
                backfill.run(runner, file, done, failures);
                cancellation.refuseIfRequested("expected schema");
            }
        }
    }

    static void tellDone(String subject, Duration duration) {
        log.atInfo()
                .addKeyValue("reconciled", subject)
                .addKeyValue("durationMs", duration.toMillis())
                .log("Added {} in {} ms", SafeText.line(subject), duration.toMillis());
    }

    /** As a migration that can't be one transaction is refused there. */
    static Problem needsSession(String subject, String sql) {
        return Problem.error(
                ProblemCode.POOLED_CONNECTION,
                subject,
                "It can't be done in a transaction, and a connection pooler stands in between: statements that run alone"
                        + " need a session of their own.",
                "Give a direct address of the server in migrator.url, or do it by hand over one:\n" + sql);
    }

    static Problem failed(String subject, String sql, SQLException error) {
        return Problem.error(
                ProblemCode.RECONCILE_FAILED,
                subject,
                SafeText.of(String.valueOf(error.getMessage())) + " (SQLSTATE " + error.getSQLState() + ")",
                "It was rolled back; what was added before stays. Mend the cause and start again, or write a migration:\n"
                        + sql);
    }
}
