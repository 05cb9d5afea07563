package dev.migrator.reconcile;

import dev.migrator.expected.AdditivePlan;
import dev.migrator.expected.ExpectedFile;
import dev.migrator.expected.ExpectedFiles;
import dev.migrator.expected.ExpectedSchema;
import dev.migrator.expected.ExtensionMembers;
import dev.migrator.expected.ScratchSchema;
import dev.migrator.postgres.Session;
import dev.migrator.postgres.Sql;
import dev.migrator.postgres.SqlState;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.Problems;
import dev.migrator.schema.CatalogReader;
import dev.migrator.schema.ObjectName;
import dev.migrator.schema.SchemaSnapshot;
import dev.migrator.schema.SnapshotScope;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads the expected files and the live schema beside them. */
final class ExpectedSide {

    private final ExpectedFiles files;

    ExpectedSide(ExpectedFiles files) {
        this.files = files;
    }

    ExpectedSchema read(Place place) throws SQLException {
        Problems problems = new Problems();
        List<ExpectedFile> found = files.read(problems);
        if (found.isEmpty() && !problems.hasErrors()) {
            problems.add(Problem.error(
                    ProblemCode.EXPECTED_SCHEMA,
                    "migrator.expected-schema.locations",
                    "No expected file was found.",
                    "Put SQL files with CREATE TABLE statements there, or set migrator.expected-schema.mode=off."));
        }
        problems.throwIfErrors();
        return new ScratchSchema(
                        place.session(),
                        scope(place),
                        place.schema(),
                        place.history().facts().searchPath())
                .read(found);
    }

    private static SnapshotScope scope(Place place) {
        return new SnapshotScope(
                List.of(), place.schema(), place.table().names().all(), false);
    }

    static SchemaSnapshot live(Place place, ExpectedSchema expected) throws SQLException {
        return CatalogReader.read(place.session(), scope(place).of(expected.schemas()));
    }

    static AdditivePlan plan(Place place, ExpectedSchema expected) throws SQLException {
        SchemaSnapshot live = live(place, expected);
        Set<ObjectName> empty = new HashSet<>();
        for (ObjectName table : AdditivePlan.tablesThatLackColumns(expected.snapshot(), live)) {
            if (isEmpty(place.session(), table)) {
                empty.add(table);
            }
        }
        AdditivePlan plan = AdditivePlan.between(expected.snapshot(), live, empty);
        ExtensionMembers.refuse(place.session(), expected, plan.missing());
        return plan;
    }

    /** Rows that a policy hides, or that this role may not read, are rows all the same. */
    private static boolean isEmpty(Session session, ObjectName table) throws SQLException {
        String seesAll = "NOT pg_catalog.row_security_active(" + Sql.literal(table.quoted()) + ")";
        try {
            return session.queryOne(
                    "SELECT " + seesAll + " AND NOT EXISTS (SELECT FROM " + table.quoted() + ")",
                    row -> row.getBoolean(1));
        } catch (SQLException e) {
            if (SqlState.INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())) {
                return false;
            }
            throw e;
        }
    }
}
