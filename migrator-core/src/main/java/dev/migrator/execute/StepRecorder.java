package dev.migrator.execute;

import dev.migrator.event.LogContext;
import dev.migrator.event.MigrationEvent;
import dev.migrator.execute.StepResult.Outcome;
import dev.migrator.history.AppliedRecord;
import dev.migrator.history.HistoryTable;
import dev.migrator.history.Journal;
import dev.migrator.migration.MigrationName;
import dev.migrator.postgres.SqlState;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.SafeText;
import dev.migrator.script.PreparedStep;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Says what became of a script: to the history, to the results of the run, to those who listen. */
final class StepRecorder {

    private final RunContext context;
    private final Results results;

    StepRecorder(RunContext context, Results results) {
        this.context = context;
        this.results = results;
    }

    void started(PreparedStep script, int attempt) {
        LogContext.enter(script.migration().name(), script.file());
        context.listeners()
                .on(new MigrationEvent.MigrationStarted(
                        runId(), script.migration().name(), attempt));
    }

    /** Scripts that one message has committed: how long each took, the history knows. */
    void succeeded(List<? extends PreparedStep> committed, Duration elapsed) throws SQLException {
        if (committed.size() == 1) {
            succeeded(committed.get(0), elapsed);
        } else if (!committed.isEmpty()) {
            Map<String, Duration> durations = context.table()
                    .durations(
                            context.session(),
                            context.run(),
                            committed.stream().map(PreparedStep::name).toList());
            committed.forEach(script -> succeeded(script, durations.getOrDefault(script.name(), Duration.ZERO)));
        }
    }

    void succeeded(PreparedStep script, Duration duration) {
        MigrationName name = script.migration().name();
        boolean back = script.takesBack();
        LogContext.enter(name, script.file());
        results.add(script, back ? Outcome.ROLLED_BACK : Outcome.APPLIED, duration, null);
        context.listeners()
                .on(
                        back
                                ? new MigrationEvent.MigrationRolledBack(runId(), name, duration)
                                : new MigrationEvent.MigrationCompleted(runId(), name, duration));
        LogContext.leave();
    }

    /** Nothing was run and nothing is written: the journal of the earlier run must stay as it is. */
    void refused(PreparedStep script, Problem problem, Duration elapsed) {
        LogContext.enter(script.migration().name(), script.file());
        results.add(script, Outcome.FAILED, elapsed, problem);
        context.listeners()
                .on(new MigrationEvent.MigrationFailed(
                        runId(), script.migration().name(), problem));
        LogContext.leave();
    }

    /**
     * A connection that is lost before the failure is recorded leaves it open: the migration is tried again.
     *
     * @param brief for the history: without data
     */
    void failed(
            PreparedStep script,
            Problem problem,
            String brief,
            @Nullable String sqlState,
            Duration elapsed,
            @Nullable Journal journal)
            throws SQLException {
        tell(script, problem, elapsed, () -> record(script, brief, sqlState, elapsed, journal));
    }

    private void tell(PreparedStep script, Problem problem, Duration elapsed, Recording recording) throws SQLException {
        try {
            recording.now();
        } catch (SQLException e) {
            if (SqlState.isConnectionTrouble(e)) {
                throw e;
            }
            Problem notRecorded = Problem.warning(
                    ProblemCode.HISTORY_SHAPE,
                    script.name(),
                    "Its failure could not be recorded: " + SafeText.line(String.valueOf(e.getMessage())),
                    "The migration itself is rolled back; the history does not show the try.");
            context.listeners().on(new MigrationEvent.Noted(runId(), notRecorded));
        }
        refused(script, problem, elapsed);
    }

    /** The same for a step that is no script. */
    void failed(
            PreparedStep step,
            AppliedRecord row,
            Problem problem,
            String brief,
            @Nullable String sqlState,
            Duration elapsed)
            throws SQLException {
        tell(
                step,
                problem,
                elapsed,
                () -> context.table().recordFailure(context.session(), row, brief, sqlState, elapsed.toMillis(), null));
    }

    private interface Recording {
        void now() throws SQLException;
    }

    private void record(
            PreparedStep script, String brief, @Nullable String sqlState, Duration elapsed, @Nullable Journal journal)
            throws SQLException {
        HistoryTable table = context.table();
        if (script.takesBack()) {
            table.recordFailedRollback(context.session(), script.name(), context.run(), brief, script.checksum());
        } else {
            AppliedRecord row = journal == null
                    ? context.record(script)
                    : context.record(script).claimed();
            table.recordFailure(context.session(), row, brief, sqlState, elapsed.toMillis(), journal);
        }
    }

    private String runId() {
        return context.run().runId();
    }
}
