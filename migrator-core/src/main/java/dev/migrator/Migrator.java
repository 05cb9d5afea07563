package dev.migrator;

import dev.migrator.amend.Amendment;
import dev.migrator.amend.AmendmentRun;
import dev.migrator.data.Rehearsal;
import dev.migrator.data.Rehearsals;
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
import dev.migrator.migration.CodeMigration;
import dev.migrator.plan.PlanOptions;
import dev.migrator.plan.PlanStep;
import dev.migrator.postgres.ConnectionTrouble;
import dev.migrator.postgres.Connector;
import dev.migrator.postgres.Session;
import dev.migrator.postgres.SessionStart;
import dev.migrator.problem.Problem;
import dev.migrator.problem.Problems;
import dev.migrator.script.PlannedScript;
import dev.migrator.source.Catalog;
import dev.migrator.source.CodeMigrations;
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
    private final Supplier<Catalog> files;
    private final CodeMigrations code;
    private final Listeners listeners;

    Migrator(
            Connector connector,
            TableNames names,
            RunSettings settings,
            Supplier<Catalog> files,
            CodeMigrations code,
            Listeners listeners) {
        this.connector = connector;
        this.names = names;
        this.settings = settings;
        this.files = files;
        this.code = code;
        this.listeners = listeners;
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
        return new MigrationRun(connector, new HistoryTable(names), chosen, listeners).run(files, code::addTo);
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
            boolean tries = found.all().stream().noneMatch(Problem::isError);
            return new DryRunReport(scripts, tries ? rehearsals(session, inspection) : List.of(), found.all());
        });
    }

    private List<Rehearsal> rehearsals(Session session, Inspection inspection) throws SQLException {
        List<CodeMigration> code = inspection.plan().runs().stream()
                .map(PlanStep.Run::migration)
                .filter(CodeMigration.class::isInstance)
                .map(CodeMigration.class::cast)
                .toList();
        if (code.isEmpty()) {
            return List.of();
        }
        String searchPath = inspection.history().facts().searchPath();
        List<String> start = SessionStart.statements(session, names.schema(), searchPath);
        return Rehearsals.of(code, session, start, settings.parameters());
    }

    /** Every finding about names, checksums, order, missing files, texts and the tracking table; empty if all is well. */
    public List<Problem> validate() {
        return look(null, (session, inspection) -> {
            Problems found = new Problems().addAll(inspection.problems());
            PlannedScript.of(inspection.plan().runs(), found);
            return found.all();
        });
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
                .write(amendment, catalog());
    }

    private Catalog catalog() {
        return code.addTo(files.get());
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
        Catalog catalog = catalog();
        try (Session session = connector.open()) {
            return look.at(session, Inspection.of(catalog, session, new HistoryTable(names), planOptions(target)));
        } catch (SQLException e) {
            throw ConnectionTrouble.explain(e, connector.details());
        }
    }
}
