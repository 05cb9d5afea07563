package dev.migrator;

import dev.migrator.batch.BatchStatus;
import dev.migrator.batch.FailureTable;
import dev.migrator.data.Rehearsal;
import dev.migrator.event.Progress;
import dev.migrator.history.LoggedRun;
import dev.migrator.history.MigrationState;
import dev.migrator.hook.HookScript;
import dev.migrator.lock.LockHolder;
import dev.migrator.lock.LockWaiter;
import dev.migrator.plan.Phases;
import dev.migrator.postgres.Blocker;
import dev.migrator.problem.Problem;
import dev.migrator.problem.SafeText;
import dev.migrator.script.PlannedScript;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A status as the one document that every face gives to machines: maps, lists, texts and numbers, in a fixed order, for
 * whichever JSON library is at hand. What is unknown is left out. Times are ISO-8601 in UTC.
 */
public final class StatusDocument {

    private final Map<String, Object> entries = new LinkedHashMap<>();

    private StatusDocument() {}

    /** {@code state} is PENDING, RUNNING, COMPLETED or FAILED. */
    public static Map<String, Object> of(StatusReport report) {
        Statistics numbers = report.statistics();
        return new StatusDocument()
                .with("state", state(report))
                .with("database", report.place())
                .with("total", numbers.total())
                .with("applied", numbers.applied())
                .with("pending", numbers.pending())
                .with("failed", numbers.failed())
                .with("skipped", numbers.skipped())
                .with("manual", numbers.manual())
                .with("later", later(report.phases()))
                .with("lockHolder", holder(report.lockHolder()))
                .with("appliedMigrations", those(report, StatusDocument::isApplied))
                .with("pendingMigrations", those(report, migration -> isPending(report, migration)))
                .with(
                        "otherMigrations",
                        those(report, migration -> !isApplied(migration) && !isPending(report, migration)))
                .with("batches", report.batches().isEmpty() ? null : batches(report.batches()))
                .with("problems", problems(report.problems()))
                .entries;
    }

    public static List<Map<String, Object>> batches(List<BatchStatus> batches) {
        return batches.stream().map(StatusDocument::of).toList();
    }

    /** {@code state} is running, stopped, failed, cancelled or done; {@code wanted} is run, pause or cancel. */
    public static Map<String, Object> of(BatchStatus batch) {
        return new StatusDocument()
                .with("name", batch.migration())
                .with("state", batch.status())
                .with("wanted", batch.wanted())
                .with("done", batch.scanned())
                .with("estimated", batch.estimated())
                .with("migrated", batch.migrated())
                .with("failed", batch.failed())
                .with("perSecond", Math.round(batch.perSecond()))
                .with("leftSeconds", seconds(batch.left()))
                .with("batchSize", batch.batchSize())
                .with("doneUpTo", batch.position())
                .with("lastKey", batch.last())
                .with("hold", batch.hold())
                .with("startedAt", batch.startedAt().toString())
                .with("updatedAt", batch.updatedAt().toString())
                .entries;
    }

    /** What a running migration tells of itself, with the names that a batch in the database has. */
    public static Map<String, Object> of(String migration, Progress progress) {
        return new StatusDocument()
                .with("name", migration)
                .with("state", "running")
                .with("wanted", progress.isOfBatch() ? progress.isPaused() ? "pause" : "run" : null)
                .with("done", progress.done())
                .with("estimated", progress.total() == 0 ? null : progress.total())
                .with("failed", progress.failed())
                .with("perSecond", Math.round(progress.perSecond()))
                .with("leftSeconds", seconds(progress.left()))
                .with("range", progress.range())
                .with("hold", progress.hold())
                .entries;
    }

    /** Rows that were left out: key, SQLSTATE, message without data, attempts. */
    public static List<Map<String, Object>> failures(List<FailureTable.Failure> failures) {
        return failures.stream()
                .map(failure -> new StatusDocument()
                        .with("key", failure.key().toString())
                        .with("sqlState", failure.sqlState())
                        .with("message", SafeText.of(failure.message()))
                        .with("attempts", failure.attempts())
                        .entries)
                .toList();
    }

    private static @Nullable Long seconds(@Nullable Duration duration) {
        return duration == null ? null : duration.toSeconds();
    }

    public static Map<String, Object> of(MigrationStatus status) {
        return new StatusDocument()
                .with("name", status.name())
                .with("version", status.version())
                .with("title", status.title())
                .with("state", status.state().name())
                .with("manual", status.manual() ? true : null)
                .with("elsewhere", status.elsewhere() ? true : null)
                .with("later", status.later() ? true : null)
                .with("remark", status.remark())
                .with("checksum", status.checksum())
                .with("appliedAt", Objects.toString(status.appliedAt(), null))
                .with("executionTimeMs", status.executionTimeMs())
                .with("attempts", status.attempts() == 0 ? null : status.attempts())
                .with("error", status.error())
                .entries;
    }

    /** What was left to later phases; null where nothing was. */
    public static @Nullable List<Map<String, Object>> later(Phases phases) {
        List<Map<String, Object>> left = phases.left().stream()
                .map(each -> new StatusDocument()
                        .with("name", each.name())
                        .with("phase", each.phase().text())
                        .with("waitsFor", each.waitsFor().isEmpty() ? null : each.waitsFor())
                        .entries)
                .toList();
        return left.isEmpty() ? null : left;
    }

    public static Map<String, Object> of(Overview overview) {
        return new StatusDocument()
                .with("plan", of(overview.plan()))
                .with("locks", of(overview.locks()))
                .with("runs", overview.runs().stream().map(StatusDocument::run).toList())
                .entries;
    }

    private static Map<String, Object> run(LoggedRun run) {
        return new StatusDocument()
                .with("runId", run.runId())
                .with("from", run.from().toString())
                .with("until", run.until().toString())
                .with("actions", run.actions())
                .with("migration", run.migration())
                .with("succeeded", run.succeeded())
                .with("failed", run.failed())
                .with("executionTimeMs", run.executionTimeMs())
                .with("actor", run.actor())
                .with("instanceId", run.instanceId())
                .with("detail", run.detail())
                .entries;
    }

    public static Map<String, Object> of(LocksReport report) {
        return new StatusDocument()
                .with("database", report.place())
                .with("holder", report.holder() == null ? null : report.holder().describe())
                .with("migration", report.migration())
                .with(
                        "waiters",
                        report.waiters().stream().map(LockWaiter::describe).toList())
                .with(
                        "blockers",
                        report.blockers().stream().map(StatusDocument::blocker).toList())
                .with("remarks", report.remarks())
                .entries;
    }

    private static Map<String, Object> blocker(Blocker blocker) {
        return new StatusDocument()
                .with("pid", blocker.pid())
                .with("description", blocker.describe())
                .with("hint", blocker.hint())
                .entries;
    }

    /** What a run would do. */
    public static Map<String, Object> of(DryRunReport report) {
        return new StatusDocument()
                .with("dryRun", true)
                .with(
                        "migrations",
                        report.scripts().stream()
                                .map(script -> script(script, report.rehearsal(script.migration())))
                                .toList())
                .with(
                        "hooks",
                        report.hooks().isEmpty()
                                ? null
                                : report.hooks().stream()
                                        .map(StatusDocument::hook)
                                        .toList())
                .with("problems", problems(report.problems()))
                .entries;
    }

    private static Map<String, Object> hook(HookScript hook) {
        return new StatusDocument()
                .with("name", hook.moment().fileName())
                .with("file", hook.file())
                .with("statements", hook.statements().size())
                .entries;
    }

    private static Map<String, Object> script(PlannedScript script, @Nullable Rehearsal rehearsal) {
        return new StatusDocument()
                .with("name", script.migration())
                .with("file", script.file())
                .with("reason", script.reason())
                .with("statements", script.statements())
                .with("bytes", script.bytes())
                .with("transactional", script.transactional())
                .with("statementsDone", script.doneBefore() == 0 ? null : script.doneBefore())
                .with("rehearsal", rehearsal == null ? null : rehearsal(rehearsal))
                .entries;
    }

    private static Map<String, Object> rehearsal(Rehearsal rehearsal) {
        StatusDocument document = new StatusDocument();
        rehearsal.facts().forEach(document::with);
        Problem failure = rehearsal.failure();
        return document.with("text", rehearsal.text())
                .with(
                        "failure",
                        failure == null ? null : problems(List.of(failure)).get(0))
                .entries;
    }

    public static List<Map<String, Object>> problems(List<Problem> problems) {
        return problems.stream()
                .map(problem -> new StatusDocument()
                        .with("code", problem.code().id())
                        .with("severity", problem.severity().name().toLowerCase(Locale.ROOT))
                        .with("subject", problem.subject())
                        .with("description", problem.headline())
                        .with("action", problem.action())
                        .entries)
                .toList();
    }

    private static @Nullable Map<String, Object> holder(@Nullable LockHolder holder) {
        return holder == null
                ? null
                : new StatusDocument()
                        .with("pid", holder.pid())
                        .with("application", holder.application())
                        .with("state", holder.state())
                        .with("connectedSeconds", holder.connectedFor().toSeconds())
                        .entries;
    }

    private static String state(StatusReport report) {
        if (report.lockHolder() != null) {
            return MigrationState.RUNNING.name();
        } else if (report.isComplete()) {
            return MigrationState.COMPLETED.name();
        }
        boolean failed =
                report.statistics().failed() > 0 || report.problems().stream().anyMatch(Problem::isError);
        return failed ? MigrationState.FAILED.name() : MigrationState.PENDING.name();
    }

    private static boolean isApplied(MigrationStatus migration) {
        return migration.state() == MigrationState.COMPLETED;
    }

    private static boolean isPending(StatusReport report, MigrationStatus migration) {
        return report.pending().contains(migration.name());
    }

    private static List<Map<String, Object>> those(StatusReport report, Predicate<MigrationStatus> which) {
        return report.migrations().stream()
                .filter(which)
                .map(StatusDocument::of)
                .toList();
    }

    private StatusDocument with(String name, @Nullable Object value) {
        if (value != null) {
            entries.put(name, value);
        }
        return this;
    }
}
