package dev.migrator;

import dev.migrator.batch.BatchStatus;
import dev.migrator.directive.Phase;
import dev.migrator.execute.Inspection;
import dev.migrator.execute.RunSettings;
import dev.migrator.history.History;
import dev.migrator.history.HistoryTable;
import dev.migrator.history.LogEntry;
import dev.migrator.history.TableNames;
import dev.migrator.lock.LockHolder;
import dev.migrator.lock.MigrationLock;
import dev.migrator.plan.Planner;
import dev.migrator.plan.Planning;
import dev.migrator.postgres.ConnectionTrouble;
import dev.migrator.postgres.Connector;
import dev.migrator.postgres.Session;
import dev.migrator.problem.Problem;
import dev.migrator.source.Catalog;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What can be seen without changing anything: each look opens one connection, takes no lock, and closes it. */
record Looks(Connector connector, TableNames names, RunSettings settings, Supplier<Catalog> catalog) {

    StatusReport status() {
        return look(plan(), this::report);
    }

    private StatusReport report(Session session, Inspection inspection) throws SQLException {
        return new StatusBuilder(inspection)
                .build(
                        connector.details().place(),
                        holder(session, inspection),
                        BatchStatus.read(session, tables(inspection)));
    }

    List<MigrationStatus> pending() {
        return look(plan(), (session, inspection) -> {
            List<String> runs = inspection.plan().runs().stream()
                    .map(run -> run.migration().name().value())
                    .toList();
            StatusReport report =
                    new StatusBuilder(inspection).build(connector.details().place(), null, List.of());
            return report.migrations().stream()
                    .filter(migration -> runs.contains(migration.name()))
                    .toList();
        });
    }

    DryRunReport dryRun(Planning planning) {
        return look(
                planning,
                (session, inspection) -> dryRunLook(session, inspection).report(names.schema()));
    }

    List<Problem> problems() {
        return look(
                plan(), (session, inspection) -> dryRunLook(session, inspection).problems());
    }

    private DryRunLook dryRunLook(Session session, Inspection inspection) {
        HistoryTable table = new HistoryTable(names).in(inspection.history().facts());
        return new DryRunLook(session, inspection, settings, table);
    }

    String resolve(String nameOrPart) {
        return look(plan(), (session, inspection) -> {
            // a backfill of the expected schema is no migration, but walks as one and may be told to pause
            List<String> walking = BatchStatus.read(session, tables(inspection)).stream()
                    .map(BatchStatus::migration)
                    .toList();
            return new NameSearch(namesOf(inspection.catalog(), inspection.history()), walking).find(nameOrPart);
        });
    }

    private TableNames tables(Inspection inspection) {
        return new HistoryTable(names).in(inspection.history().facts()).names();
    }

    LocksReport locks() {
        return withHistory((session, table, history) -> locks(session, table, catalog.get(), history));
    }

    List<LogEntry> log(@Nullable String name, int limit) {
        return withHistory((session, table, history) -> table.log().read(session, name, limit));
    }

    /** @param runs how many of the log's runs at most */
    Overview overview(int runs) {
        return look(plan(), (session, inspection) -> {
            HistoryTable table = new HistoryTable(names).in(inspection.history().facts());
            return new Overview(
                    new DryRunLook(session, inspection, settings, table).plan(),
                    locks(session, table, inspection.catalog(), inspection.history()),
                    table.names().schema() == null ? List.of() : table.log().runs(session, runs));
        });
    }

    private LocksReport locks(Session session, HistoryTable table, Catalog files, History history) throws SQLException {
        MigrationLock besideTraffic = settings.in(Phase.BACKGROUND)
                .lockOf(table, session.isPooled(history.facts().workingPid()), connector);
        return new LocksLook(session, lockOf(table, history, session), besideTraffic, namesOf(files, history))
                .report(connector.details().place());
    }

    private Planning plan() {
        return Planner.by(settings.planOptions());
    }

    private static Set<String> namesOf(Catalog catalog, History history) {
        Set<String> known = new LinkedHashSet<>();
        catalog.migrations().forEach(migration -> known.add(migration.name().value()));
        history.entries().forEach(entry -> known.add(entry.migration()));
        return known;
    }

    private @Nullable LockHolder holder(Session session, Inspection inspection) throws SQLException {
        HistoryTable table = new HistoryTable(names).in(inspection.history().facts());
        return table.names().schema() == null
                ? null
                : lockOf(table, inspection.history(), session).holder(session).orElse(null);
    }

    private MigrationLock lockOf(HistoryTable table, History history, Session session) {
        return settings.lockOf(table, session.isPooled(history.facts().workingPid()), connector);
    }

    private interface Look<T> {
        T at(Session session, Inspection inspection) throws SQLException;
    }

    private <T> T look(Planning planning, Look<T> look) {
        Catalog known = catalog.get();
        return inSession(session -> look.at(session, Inspection.of(known, session, new HistoryTable(names), planning)));
    }

    private interface HistoryLook<T> {
        T at(Session session, HistoryTable table, History history) throws SQLException;
    }

    /** Without files and plan: for what only the database knows. */
    private <T> T withHistory(HistoryLook<T> look) {
        HistoryTable anywhere = new HistoryTable(names);
        return inSession(session -> {
            History history = anywhere.read(session);
            return look.at(session, anywhere.in(history.facts()), history);
        });
    }

    private interface InSession<T> {
        T use(Session session) throws SQLException;
    }

    private <T> T inSession(InSession<T> work) {
        try (Session session = connector.open()) {
            return work.use(session);
        } catch (SQLException e) {
            throw ConnectionTrouble.explain(e, connector.details());
        }
    }
}
