package dev.migrator.reconcile;

import dev.migrator.execute.RunSettings;
import dev.migrator.expected.AdditivePlan;
import dev.migrator.expected.AdditiveStep;
import dev.migrator.expected.ExpectedFile;
import dev.migrator.expected.ExpectedFiles;
import dev.migrator.expected.ExpectedSchema;
import dev.migrator.history.AppliedRecord;
import dev.migrator.history.HistoryTable;
import dev.migrator.history.ReconcileRows;
import dev.migrator.history.TableShape;
import dev.migrator.postgres.Session;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.Problems;
import dev.migrator.problem.SafeText;
import dev.migrator.schema.Ddl;
import dev.migrator.schema.SchemaSnapshot;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Compares the database with the expected files and adds what is missing, as far as that is safe. */
public final class ReconcileRun {

    private static final Logger log = LoggerFactory.getLogger("dev.migrator");

    private final HistoryTable anywhere;
    private final RunSettings settings;
    private final ExpectedSide side;
    private final Drift drift;
    private final AppliedRecord.Run run;

    public ReconcileRun(HistoryTable anywhere, RunSettings settings, ExpectedFiles files, Drift drift) {
        this.anywhere = anywhere;
        this.settings = settings;
        this.side = new ExpectedSide(files);
        this.drift = drift;
        this.run = new AppliedRecord.Run(UUID.randomUUID().toString(), settings.instanceId());
    }

    /** What the files say, in the server's words. */
    public SchemaSnapshot expected(Session session) throws SQLException {
        return side.read(Place.of(session, anywhere)).snapshot();
    }

    /** The schemas of the files, as the database has them. */
    public SchemaSnapshot live(Session session) throws SQLException {
        Place place = Place.of(session, anywhere);
        return ExpectedSide.live(place, side.read(place));
    }

    /** Takes the lock only if there is something to add. */
    public ReconcileReport run(Session session, boolean fix) throws SQLException {
        Place place = Place.of(session, anywhere);
        ExpectedSchema expected = side.read(place);
        AdditivePlan plan = ExpectedSide.plan(place, expected);
        tellMissing(plan);
        boolean unfinished = fix && !unfinished(place).isEmpty();
        if (!fix || plan.steps().isEmpty() && !unfinished) {
            return tell(new ReconcileReport(List.of(), plan, List.of()));
        }
        return place.locked(settings.lockWait(), () -> tell(fix(place, expected)));
    }

    private static List<String> unfinished(Place place) throws SQLException {
        return place.history().shape() == TableShape.OURS
                ? new ReconcileRows(place.table().names()).unfinished(place.session(), Backfill.PREFIX)
                : List.of();
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
        List<AdditiveStep> steps = ExpectedSide.plan(place, expected).steps();
        Fixing fixing = new Fixing(place, expected);
        fixing.runAll(steps);
        fixing.backfill();
        if (!fixing.done.isEmpty()) {
            drift.completed(place.session(), place.table(), run);
        }
        return new ReconcileReport(fixing.done, ExpectedSide.plan(place, expected), fixing.failures.all());
    }

    /** What one run has done so far. */
    private final class Fixing {

        private final ExpectedSchema expected;
        private final StepRunner runner;
        private final Backfill backfill;
        private final List<Reconciled> done = new ArrayList<>();
        private final Problems failures = new Problems();
        private final Set<ExpectedFile> toFill = new LinkedHashSet<>();

        Fixing(Place place, ExpectedSchema expected) throws SQLException {
            ReconcileRows rows = new ReconcileRows(place.table().names());
            this.expected = expected;
            this.runner = new StepRunner(place.session(), rows, settings, run);
            this.backfill = new Backfill(rows, run);
            toFill.addAll(backfill.unfinished(expected.files(), unfinished(place)));
        }

        /** What needs something that is not there yet is tried again, for as long as others succeed. */
        void runAll(List<AdditiveStep> steps) throws SQLException {
            List<AdditiveStep> open = steps;
            while (!open.isEmpty()) {
                List<AdditiveStep> later = new ArrayList<>();
                for (AdditiveStep step : open) {
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
            if (outcome.error() != null) {
                runner.recordFailure(subject, sql, outcome.error(), outcome.duration());
                failures.add(failed(subject, sql, outcome.error()));
                return;
            }
            fileToFill(step).ifPresent(toFill::add);
            tellDone(subject, outcome.duration());
            done.add(new Reconciled(subject, sql, outcome.duration()));
        }

        void backfill() throws SQLException {
            for (ExpectedFile file : toFill) {
                backfill.run(runner, file, done, failures);
            }
        }
    }

    static void tellDone(String subject, Duration duration) {
        log.atInfo()
                .addKeyValue("reconciled", subject)
                .addKeyValue("durationMs", duration.toMillis())
                .log("Added {} in {} ms", SafeText.line(subject), duration.toMillis());
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
