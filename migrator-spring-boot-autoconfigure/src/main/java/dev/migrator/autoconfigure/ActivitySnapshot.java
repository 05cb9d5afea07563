package dev.migrator.autoconfigure;

import dev.migrator.MigrationStatus;
import dev.migrator.StatusReport;
import dev.migrator.event.MigrationEvent;
import dev.migrator.event.Progress;
import dev.migrator.execute.RunReport;
import dev.migrator.execute.StepResult;
import dev.migrator.history.MigrationState;
import dev.migrator.migration.MigrationName;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One moment of a process's own migrations.
 *
 * @param total how many migrations there are, or -1 while nobody has looked
 * @param planned names that this run is about, in order
 * @param applied those of them that are done
 * @param failed those of them that failed
 * @param current the one that runs now, or null
 * @param activity what the current one is at, and whom it waits for, as far as that was told; or null
 * @param progress how far that one is, where it tells; or null
 * @param waitingFor who holds the lock, while another node migrates
 * @param problems what stopped it, the most important first
 * @param checkedAt when the last run or look ended, by this machine's clock
 */
public record ActivitySnapshot(
        Phase phase,
        int total,
        List<String> planned,
        List<String> applied,
        List<String> failed,
        @Nullable String current,
        @Nullable String activity,
        @Nullable Progress progress,
        @Nullable String waitingFor,
        List<Problem> problems,
        @Nullable Instant startedAt,
        @Nullable Instant checkedAt) {

    private static final int UNKNOWN = -1;

    /** What stops a start after its last migration. */
    private static final Set<ProblemCode> OF_THE_SCHEMA = Set.of(
            ProblemCode.EXPECTED_SCHEMA,
            ProblemCode.SCHEMA_INCOMPLETE,
            ProblemCode.SCHEMA_DIFFERS,
            ProblemCode.RECONCILE_FAILED);

    /** How far it is. */
    public enum Phase {
        /** Switched off, or no database: nobody will look. */
        UNKNOWN,
        /** Not begun yet. */
        PENDING,
        RUNNING,
        COMPLETED,
        FAILED
    }

    static ActivitySnapshot initial(Phase phase) {
        return new ActivitySnapshot(
                phase, UNKNOWN, List.of(), List.of(), List.of(), null, null, null, null, List.of(), null, null);
    }

    /** How many of this run's are still to be done. */
    public int pending() {
        return planned.size() - applied.size();
    }

    ActivitySnapshot begun(Instant now) {
        return new ActivitySnapshot(
                Phase.RUNNING,
                total,
                List.of(),
                List.of(),
                List.of(),
                null,
                null,
                null,
                null,
                List.of(),
                now,
                checkedAt);
    }

    ActivitySnapshot waitingFor(String holder) {
        return with(phase, applied, failed, current, holder, problems, checkedAt);
    }

    /** Another node does what this one came for: its progress is shown as if it were ours. */
    ActivitySnapshot following(MigrationEvent.Following other) {
        return new ActivitySnapshot(
                phase,
                total,
                names(other.planned()),
                names(other.applied()),
                failed,
                other.current() == null ? null : other.current().value(),
                null,
                null,
                other.holder(),
                problems,
                startedAt,
                checkedAt);
    }

    private static List<String> names(List<MigrationName> migrations) {
        return migrations.stream().map(MigrationName::value).toList();
    }

    /** A run that lost its session plans again: what it had done stays done. */
    ActivitySnapshot planned(List<String> names) {
        List<String> all = new ArrayList<>(applied);
        names.stream().filter(name -> !all.contains(name)).forEach(all::add);
        return new ActivitySnapshot(
                phase,
                total,
                List.copyOf(all),
                applied,
                failed,
                null,
                null,
                null,
                null,
                problems,
                startedAt,
                checkedAt);
    }

    /** Small migrations are told as started together; the first of them is the current one. */
    ActivitySnapshot started(String name) {
        return with(phase, applied, failed, current == null ? name : current, null, problems, checkedAt);
    }

    /** Told from other threads too: it may come after the end of what it speaks of. */
    ActivitySnapshot doing(String name, String what) {
        return isOver(name) ? this : at(name, what, name.equals(current) ? progress : null);
    }

    ActivitySnapshot progressed(String name, Progress now) {
        return isOver(name) ? this : at(name, name.equals(current) ? activity : null, now);
    }

    private boolean isOver(String name) {
        return applied.contains(name) || failed.contains(name);
    }

    private ActivitySnapshot at(String name, @Nullable String what, @Nullable Progress how) {
        return new ActivitySnapshot(
                phase, total, planned, applied, failed, name, what, how, null, problems, startedAt, checkedAt);
    }

    /** What failed in an earlier run, and has not now, is no failure any more. */
    ActivitySnapshot applied(String name) {
        List<String> broken = failed.stream().filter(each -> !each.equals(name)).toList();
        boolean mended = phase == Phase.COMPLETED && broken.isEmpty();
        return with(phase, with(applied, name), broken, null, null, mended ? List.of() : problems, checkedAt);
    }

    /** In a run after the start's, the new reason replaces that of the run before. */
    ActivitySnapshot failedOne(String name, Problem problem) {
        List<String> broken = failed.contains(name) ? failed : with(failed, name);
        List<Problem> found = phase == Phase.RUNNING ? with(problems, problem) : List.of(problem);
        return with(phase, applied, broken, null, null, found, checkedAt);
    }

    ActivitySnapshot ended(RunReport report, Instant now) {
        List<String> done = new ArrayList<>(applied);
        report.results().stream()
                .filter(result -> result.outcome() == StepResult.Outcome.APPLIED_ELSEWHERE)
                .map(result -> result.migration().value())
                .filter(name -> planned.contains(name) && !done.contains(name))
                .forEach(done::add);
        ActivitySnapshot last = report.isSuccess()
                ? complete(List.copyOf(done), List.of(), now)
                : with(Phase.FAILED, List.copyOf(done), failed, null, null, problems, now);
        return last.withTotal(report.total());
    }

    /** Nothing is left of what an earlier run had planned: it was skipped, or done by somebody else. */
    private ActivitySnapshot complete(List<String> done, List<String> broken, Instant now) {
        return new ActivitySnapshot(
                Phase.COMPLETED,
                total,
                done,
                done,
                broken,
                null,
                null,
                null,
                null,
                broken.isEmpty() ? List.of() : problems,
                startedAt,
                now);
    }

    /** As {@link #ended}, but another run follows for what this one left out. */
    ActivitySnapshot leaving(List<String> names, RunReport report, Instant now) {
        return ended(report, now).planned(names).with(Phase.PENDING);
    }

    /** A schema is complete without what is manual or left to a later phase: where that has failed, it has failed still. */
    ActivitySnapshot verified(StatusReport report, Instant now) {
        List<String> broken = report.migrations().stream()
                .filter(migration -> migration.state() == MigrationState.FAILED)
                .map(MigrationStatus::name)
                .filter(failed::contains)
                .toList();
        return complete(applied, broken, now).withTotal(report.statistics().total());
    }

    ActivitySnapshot failed(List<Problem> causes, Instant now) {
        return with(Phase.FAILED, applied, failed, null, null, List.copyOf(causes), now);
    }

    /** The migrations themselves were done: only something expected was missing, and is there now. */
    ActivitySnapshot healed(Instant now) {
        boolean onlyIncomplete = phase == Phase.FAILED
                && !problems.isEmpty()
                && problems.stream().map(Problem::code).allMatch(OF_THE_SCHEMA::contains);
        return onlyIncomplete ? with(Phase.COMPLETED, applied, failed, null, null, List.of(), now) : this;
    }

    private ActivitySnapshot with(Phase other) {
        return with(other, applied, failed, current, waitingFor, problems, checkedAt);
    }

    private ActivitySnapshot withTotal(int all) {
        return new ActivitySnapshot(
                phase,
                all,
                planned,
                applied,
                failed,
                current,
                activity,
                progress,
                waitingFor,
                problems,
                startedAt,
                checkedAt);
    }

    private ActivitySnapshot with(
            Phase newPhase,
            List<String> done,
            List<String> broken,
            @Nullable String now,
            @Nullable String holder,
            List<Problem> found,
            @Nullable Instant at) {
        return new ActivitySnapshot(
                newPhase, total, planned, done, broken, now, null, null, holder, found, startedAt, at);
    }

    private static <T> List<T> with(List<T> list, T one) {
        List<T> longer = new ArrayList<>(list);
        longer.add(one);
        return List.copyOf(longer);
    }
}
