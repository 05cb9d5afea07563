package dev.migrator;

import dev.migrator.amend.Amendment;
import dev.migrator.directive.Phase;
import dev.migrator.event.MigrationListener;
import dev.migrator.execute.RunReport;
import dev.migrator.execute.RunSettings;
import dev.migrator.history.AppliedRecord;
import dev.migrator.history.LogEntry;
import dev.migrator.instance.Instances;
import dev.migrator.plan.Planner;
import dev.migrator.plan.Planning;
import dev.migrator.plan.RollbackPlanner;
import dev.migrator.problem.Problem;
import dev.migrator.reconcile.DriftReport;
import dev.migrator.reconcile.ReconcileOptions;
import dev.migrator.reconcile.ReconcileReport;
import dev.migrator.schema.SchemaDiff;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Brings a PostgreSQL database to the state that the migrations describe. Each call opens one connection of its own and
 * closes it; nothing is kept between calls. Safe for several threads, processes and machines at once: the database
 * decides who runs.
 */
public final class Migrator {

    /** A cancelled statement answers at once; a server that does not is given up after half of this. */
    private static final Duration CANCEL_PATIENCE = Duration.ofSeconds(20);

    private final Engine engine;
    private final RunSettings settings;
    private final SchemaChecks schema;
    private final RunsInProgress runs;
    private final Looks looks;

    Migrator(Engine engine) {
        this(engine, new RunsInProgress());
    }

    private Migrator(Engine engine, RunsInProgress runs) {
        this.engine = engine;
        this.settings = engine.settings();
        this.schema = engine.schema();
        this.runs = runs;
        this.looks = engine.looks();
    }

    public static MigratorBuilder builder() {
        return new MigratorBuilder();
    }

    /**
     * The same engine for one person or pipeline that asks by hand: the log names them. Cancelling either of the two
     * ends the runs of both.
     *
     * @param listener hears of what this one does, besides the others
     */
    public Migrator onBehalfOf(String operator, MigrationListener listener) {
        return new Migrator(engine.onBehalfOf(operator, listener), runs);
    }

    /**
     * Runs what is pending, but post-deploy migrations. With nothing pending it takes one query and no lock.
     *
     * @throws dev.migrator.problem.MigratorException when something is wrong that no migration should run with, or when
     *     the database is away for longer than all retries; what was applied until then is in the history. A migration
     *     that fails is told by the report: see {@link RunReport#orThrow()}.
     */
    public RunReport migrate() {
        return migrate(MigrateOptions.ALL);
    }

    public RunReport migrate(MigrateOptions options) {
        boolean byHand = options.only() != null || options.reason() != null;
        AppliedRecord.Run run = runOf(byHand ? asked(options.reason()) : null);
        return runs.runWithin(settings.timeout(), cancellation -> {
            RunReport report = engine.migrate(options, run, cancellation);
            // on the way to a target, or after a single one, the schema need not be what the service needs
            boolean whole = options.phases().contains(Phase.PRE_DEPLOY)
                    && report.deferred().isEmpty();
            if (report.isSuccess() && whole && options.target() == null && options.only() == null) {
                schema.afterMigrations(cancellation);
            }
            return report;
        });
    }

    private AppliedRecord.Run runOf(AppliedRecord.@Nullable Asked asked) {
        return AppliedRecord.Run.of(settings.instanceId(), asked);
    }

    private AppliedRecord.Asked asked(@Nullable String reason) {
        return new AppliedRecord.Asked(settings.operator(), reason);
    }

    /** Everything that can be known of the migrations, with the lock's holder; needs no more than SELECT. */
    public StatusReport status() {
        return looks.status();
    }

    /** As {@link #status()}; but a database that is away is waited for as {@link #migrate()} does, with the same retries. */
    public StatusReport awaitStatus() {
        return runs.run(cancellation ->
                engine.patientLook(cancellation, UUID.randomUUID().toString()).look(looks::status));
    }

    /** What the next run would try, in order. */
    public List<MigrationStatus> pending() {
        return looks.pending();
    }

    /** What a run would do. Changes nothing, takes no lock; reads every pending file as a run would. */
    public DryRunReport dryRun() {
        return dryRun(MigrateOptions.ALL);
    }

    public DryRunReport dryRun(MigrateOptions options) {
        return looks.dryRun(Planner.by(options.over(settings.planOptions())));
    }

    /** Every finding about names, checksums, order, missing files, texts and the tracking table; empty if all is well. */
    public List<Problem> validate() {
        return looks.problems();
    }

    /**
     * The whole name that a person means: an exact name wins; else it is the only one of the files and of the history
     * that begins with the text, has it as its version, or holds it.
     *
     * @throws dev.migrator.problem.MigratorException with all names that fit when there are several, with the nearest
     *     ones when there is none
     */
    public String resolve(String nameOrPart) {
        return looks.resolve(nameOrPart);
    }

    /**
     * Takes applied migrations back, the one applied last first, each by its down script in one transaction with its
     * removal from the history; it is pending again then. The log keeps both for ever. Refuses as a whole, before
     * anything runs, when one of them can't be taken back.
     */
    public RollbackReport rollback(RollbackOptions options) {
        AppliedRecord.Run run = runOf(asked(options.reason()));
        return RollbackReport.of(runs.runWithin(
                settings.timeout(), cancellation -> engine.rollback(planned(options), run, cancellation)));
    }

    /** The down scripts that a rollback would run, in order. Changes nothing, takes no lock. */
    public DryRunReport rollbackDryRun(RollbackOptions options) {
        return looks.dryRun(planned(options));
    }

    private static Planning planned(RollbackOptions options) {
        return new RollbackPlanner(options.steps(), options.to(), options.confirmed());
    }

    /** Who holds the migration lock, who waits for it, and who blocks the holder; needs no right but to connect. */
    public LocksReport locks() {
        return looks.locks();
    }

    /** The plan, the locks and the newest runs, at most so many, from one look; calls and changes nothing. */
    public Overview overview(int runs) {
        return looks.overview(runs);
    }

    /** The newest lines of the log first, at most so many: of one migration, or of all where the name is null. */
    public List<LogEntry> log(@Nullable String name, int limit) {
        if (limit < 0) {
            throw new IllegalArgumentException("A log has no " + limit + " lines");
        }
        return looks.log(name, limit);
    }

    /** Whether a run of this migrator is in progress, on any thread: one that {@link #cancel(String)} would end. */
    public boolean isRunning() {
        return runs.any();
    }

    /** {@link #cancel(String)} with no more to say than that somebody asked for it. */
    public boolean cancel() {
        return cancel("on request");
    }

    /**
     * Stops the runs of this migrator that are in progress, from another thread or a shutdown hook: the running statement
     * is cancelled, its transaction rolled back, the failure recorded as interrupted, the lock given back, nothing more
     * is tried. Waits for that, some seconds at most; on the thread of the run itself it does not wait. Calling it again
     * does no harm.
     *
     * @param why for the record, for example SIGTERM
     * @return whether no run is in progress any more
     */
    public boolean cancel(String why) {
        return runs.cancel(why, CANCEL_PATIENCE);
    }

    /**
     * {@link #cancel(String)} for good, for the end of the process: what this migrator has not begun yet, it refuses to
     * begin. Looks (status, locks, log) go on.
     */
    public boolean stop(String why) {
        return runs.stop(why, CANCEL_PATIENCE);
    }

    /**
     * Writes what a person decides about the history: accept a changed or renamed file, reset a failed try, skip, baseline.
     */
    public void amend(Amendment amendment) {
        runs.run(cancellation -> {
            engine.amend(amendment, cancellation);
            return amendment;
        });
    }

    /** What was changed outside of migrations since the schema was last stored. Takes no lock. */
    public DriftReport drift() {
        return runs.run(schema::drift);
    }

    /** From now on the schema as it is counts as what the migrations made of it. Waits for a run to end. */
    public void acceptDrift(String reason) {
        runs.run(cancellation -> {
            schema.acceptDrift(reason, cancellation);
            return reason;
        });
    }

    /** Compares the database with the expected files, whatever the mode, and adds what is missing and safe to add. */
    public ReconcileReport reconcile(ReconcileOptions options) {
        return runs.runWithin(settings.timeout(), cancellation -> schema.reconcile(options, cancellation));
    }

    /**
     * Changes nothing; throws when an expected schema is set, and the database lacks something of it. For a process that
     * must not migrate itself.
     */
    public void verifySchema() {
        runs.run(cancellation -> {
            schema.verify(cancellation);
            return schema;
        });
    }

    /** What leads from one side to the other, object by object. */
    public SchemaDiff diff(SchemaSide from, SchemaSide to) {
        return runs.run(cancellation -> schema.diff(from, to, cancellation));
    }

    /** Which processes of the service say that they are alive: what post-deploy migrations wait for. */
    public Instances instances() {
        return engine.instances();
    }

    /** Batched migrations under way: how far they are, and what a person wants of them. */
    public Batches batches() {
        return engine.batches(runs);
    }
}
