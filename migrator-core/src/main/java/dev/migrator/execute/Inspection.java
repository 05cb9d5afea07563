package dev.migrator.execute;

import dev.migrator.history.History;
import dev.migrator.history.HistoryTable;
import dev.migrator.history.TableShape;
import dev.migrator.migration.SqlMigration;
import dev.migrator.plan.Plan;
import dev.migrator.plan.PlanOptions;
import dev.migrator.plan.Planner;
import dev.migrator.plan.Planning;
import dev.migrator.postgres.Session;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.Problems;
import dev.migrator.source.Catalog;
import java.sql.SQLException;
import java.util.List;

/**
 * One look at the files and at the database: what is, what is to be done, and every finding. It writes nothing.
 *
 * @param problems of the files, the database and the plan together
 * @param isPooled whether a connection pooler stands between the session and the server
 */
public record Inspection(Catalog catalog, History history, Plan plan, List<Problem> problems, boolean isPooled) {

    private static final int OLDEST_SERVER = 140000;

    public static Inspection of(Catalog catalog, Session session, HistoryTable table, PlanOptions options)
            throws SQLException {
        return of(catalog, session, table, Planner.by(options));
    }

    public static Inspection of(Catalog catalog, Session session, HistoryTable table, Planning planning)
            throws SQLException {
        History history = table.read(session);
        Plan plan = planning.plan(catalog.migrations(), history.entries());
        Problems problems = new Problems();
        catalog.problems().forEach(problem -> problems.add(judged(problem, catalog, plan)));
        if (session.serverVersion() < OLDEST_SERVER) {
            problems.add(unsupported(session));
        }
        problems.addAll(plan.problems());
        boolean writes = !plan.runs().isEmpty();
        history.problems().stream()
                .filter(problem -> writes || !concernsWritingOnly(problem, history))
                .forEach(problems::add);
        if (writes) {
            problems.addAll(obstacles(history, session));
        }
        if (catalog.migrations().isEmpty() && !history.entries().isEmpty()) {
            problems.add(filesGone(history));
        }
        return new Inspection(
                catalog,
                history,
                plan,
                problems.all(),
                session.isPooled(history.facts().workingPid()));
    }

    /** A directive too late stops what is still to run; where that is done, moving the line would only do harm. */
    private static Problem judged(Problem problem, Catalog catalog, Plan plan) {
        if (problem.code() != ProblemCode.LATE_DIRECTIVE || !problem.isError()) {
            return problem;
        }
        String file = problem.subject().substring(0, problem.subject().lastIndexOf(':'));
        return catalog.migrations().stream()
                .filter(migration -> migration instanceof SqlMigration sql
                        && sql.up().location().equals(file)
                        && plan.isDone(migration))
                .findFirst()
                .map(
                        migration -> Problem.warning(
                                problem.code(),
                                problem.subject(),
                                problem.description(),
                                "The migration is applied, so leave the line where it is: to move it changes the file's checksum."))
                .orElse(problem);
    }

    private static boolean concernsWritingOnly(Problem problem, History history) {
        return history.shape() != TableShape.UNUSABLE
                && (problem.code() == ProblemCode.NO_PRIVILEGE || problem.code() == ProblemCode.HISTORY_NEWER);
    }

    /** Why this session could not write, whatever the plan is. */
    public List<Problem> obstacles(Session session) {
        return obstacles(history, session);
    }

    private static List<Problem> obstacles(History history, Session session) {
        Problems problems = new Problems();
        boolean standby = history.facts().inRecovery();
        if (standby || history.facts().readOnly()) {
            problems.add(Problem.error(
                    ProblemCode.READ_ONLY,
                    history.facts().database(),
                    standby
                            ? "The server is a standby, and migrations are pending."
                            : "The database is read-only (default_transaction_read_only), and migrations are pending.",
                    (standby
                                    ? "Point migrator.url to the primary server"
                                    : "Let it be written (ALTER DATABASE or ALTER ROLE … RESET"
                                            + " default_transaction_read_only)")
                            + ", or start the service when the migrations are applied."));
        }
        if (!session.hasStandardStrings()) {
            problems.add(Problem.error(
                    ProblemCode.POOLED_CONNECTION,
                    "database connection",
                    "A connection pooler keeps the session from standard_conforming_strings=on, which is off for this role"
                            + " or database.",
                    "Give a direct address of the server in migrator.url, or switch it on."));
        }
        return problems.all();
    }

    private static Problem unsupported(Session session) throws SQLException {
        int version = session.serverVersion();
        return Problem.error(
                ProblemCode.UNSUPPORTED_SERVER,
                "database server",
                "It says that it is PostgreSQL " + version / 10000 + "." + version % 100
                        + "; 14 is the oldest supported.",
                "Upgrade the server.");
    }

    private static Problem filesGone(History history) {
        return Problem.error(
                ProblemCode.NO_MIGRATIONS,
                "migrator.locations",
                "No migration was found, but the history has "
                        + history.entries().size() + ": the files are missing.",
                "Check migrator.locations and how the service was packaged.");
    }

    /** Nothing to run; and nothing to write either, or no right to write it: a better form of a checksum can wait. */
    public boolean isNothingToDo() {
        boolean writable = !history.facts().inRecovery()
                && !history.facts().readOnly()
                && history.problems().isEmpty();
        return plan.runs().isEmpty() && (plan.rehash().isEmpty() || !writable);
    }

    public boolean hasErrors() {
        return problems.stream().anyMatch(Problem::isError);
    }
}
