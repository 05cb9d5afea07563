package dev.migrator;

import dev.migrator.amend.Amendment;
import dev.migrator.amend.AmendmentRun;
import dev.migrator.event.Listeners;
import dev.migrator.execute.Inspection;
import dev.migrator.execute.MigrationRun;
import dev.migrator.execute.RunReport;
import dev.migrator.execute.RunSettings;
import dev.migrator.history.HistoryTable;
import dev.migrator.history.ServerFacts;
import dev.migrator.history.TableNames;
import dev.migrator.lock.AdvisoryLock;
import dev.migrator.lock.LockHolder;
import dev.migrator.lock.LockKey;
import dev.migrator.plan.PlanOptions;
import dev.migrator.postgres.ConnectionTrouble;
import dev.migrator.postgres.Connector;
import dev.migrator.postgres.Session;
import dev.migrator.problem.Problem;
import dev.migrator.problem.Problems;
import dev.migrator.reconcile.DriftReport;
import dev.migrator.reconcile.ReconcileOptions;
import dev.migrator.reconcile.ReconcileReport;
import dev.migrator.schema.SchemaDiff;
import dev.migrator.script.PlannedScript;
import dev.migrator.source.Catalog;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Brings a PostgreSQL database to the state that the migrations describe. Each call opens one connection of its own and
 * closes it; nothing is kept between calls. Safe for several threads, processes and machines at once: the database
 * decides who runs.
 */
public final class Migrator {

    private final Connector connector;
    private final TableNames names;
    private final RunSettings settings;
    private final Supplier<Catalog> scan;
    private final Listeners listeners;
    private final SchemaChecks schema;

    Migrator(
            Connector connector,
            TableNames names,
            RunSettings settings,
            Supplier<Catalog> scan,
            Listeners listeners,
            SchemaChecks schema) {
        this.connector = connector;
        this.names = names;
        this.settings = settings;
        this.scan = scan;
        this.listeners = listeners;
        this.schema = schema;
    }

    public static MigratorBuilder builder() {
        return new MigratorBuilder();
    }

    /**
     * Runs what is pending. With nothing pending it takes one query and no lock.
     *
     * @throws dev.migrator.problem.MigratorException when something is wrong that no migration should run with, or when
     *     the database is away for longer than all retries; what was applied until then is in the history. A migration
     *     that fails is told by the report: see {@link RunReport#orThrow()}.
     */
    public RunReport migrate() {
        return migrate(MigrateOptions.ALL);
    }

    public RunReport migrate(MigrateOptions options) {
        RunSettings chosen = settings.withPlanOptions(planOptions(options.target()));
        RunReport report =
                new MigrationRun(connector, new HistoryTable(names), chosen, listeners, schema.afterRun()).run(scan);
        // on the way to a target the schema is not yet what the service needs
        if (report.isSuccess() && options.target() == null) {
            schema.afterMigrations();
        }
        return report;
    }

    /** Everything that can be known of the migrations, with the lock's holder; needs no more than SELECT. */
    public StatusReport status() {
        return look(
                null,
                (session, inspection) ->
                        new StatusBuilder(inspection).build(connector.details().place(), holder(session, inspection)));
    }

    /** What the next run would try, in order. */
    public List<MigrationStatus> pending() {
        return look(null, (session, inspection) -> {
            List<String> runs = inspection.plan().runs().stream()
                    .map(run -> run.migration().name().value())
                    .toList();
            StatusReport report =
                    new StatusBuilder(inspection).build(connector.details().place(), null);
            return report.migrations().stream()
                    .filter(migration -> runs.contains(migration.name()))
                    .toList();
        });
    }

    /** What a run would do. Changes nothing, takes no lock; reads every pending file as a run would. */
    public DryRunReport dryRun() {
        return dryRun(MigrateOptions.ALL);
    }

    public DryRunReport dryRun(MigrateOptions options) {
        return look(options.target(), (session, inspection) -> {
            Problems found = new Problems().addAll(inspection.problems());
            List<PlannedScript> scripts = PlannedScript.of(inspection.plan().runs(), found);
            return new DryRunReport(scripts, found.all());
        });
    }

    /** Every finding about names, checksums, order, missing files, texts and the tracking table; empty if all is well. */
    public List<Problem> validate() {
        return dryRun().problems();
    }

    /**
     * Writes what a person decides about the history: accept a changed or renamed file, reset a failed try, skip, baseline.
     */
    public void amend(Amendment amendment) {
        new AmendmentRun(
                        connector,
                        new HistoryTable(names),
                        settings.planOptions(),
                        settings.lockWait(),
                        settings.instanceId())
                .write(amendment, scan.get());
    }

    /** What was changed outside of migrations since the schema was last stored. Takes no lock. */
    public DriftReport drift() {
        return schema.drift();
    }

    /** From now on the schema as it is counts as what the migrations made of it. Waits for a run to end. */
    public void acceptDrift(String reason) {
        schema.acceptDrift(reason);
    }

    /** Compares the database with the expected files, whatever the mode, and adds what is missing and safe to add. */
    public ReconcileReport reconcile(ReconcileOptions options) {
        return schema.reconcile(options);
    }

    /**
     * Changes nothing; throws when an expected schema is set, and the database lacks something of it. For a process that
     * must not migrate itself.
     */
    public void verifySchema() {
        schema.verify();
    }

    /** What leads from one side to the other, object by object. */
    public SchemaDiff diff(SchemaSide from, SchemaSide to) {
        return schema.diff(from, to);
    }

    private PlanOptions planOptions(@Nullable String target) {
        return settings.planOptions().withTarget(target);
    }

    private @Nullable LockHolder holder(Session session, Inspection inspection) throws SQLException {
        ServerFacts facts = inspection.history().facts();
        String schema = names.schema() != null ? names.schema() : facts.currentSchema();
        return schema == null
                ? null
                : new AdvisoryLock(LockKey.of(schema, names.table()))
                        .holder(session)
                        .orElse(null);
    }

    private interface Look<T> {
        T at(Session session, Inspection inspection) throws SQLException;
    }

    private <T> T look(@Nullable String target, Look<T> look) {
        Catalog catalog = scan.get();
        try (Session session = connector.open()) {
            return look.at(session, Inspection.of(catalog, session, new HistoryTable(names), planOptions(target)));
        } catch (SQLException e) {
            throw ConnectionTrouble.explain(e, connector.details());
        }
    }
}
