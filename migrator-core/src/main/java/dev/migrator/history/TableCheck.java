package dev.migrator.history;

import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Judges what stands under the tracking table's name. Says what it is and what to do; never changes it. */
final class TableCheck {

    /** What a table of the current layout must have to be read and written. */
    static final List<String> COLUMNS = List.of(
            "id",
            "migration_name",
            "version",
            "name",
            "kind",
            "checksum",
            "status",
            "applied_at",
            "execution_time_ms",
            "error_message",
            "sql_state",
            "attempts",
            "statements_done",
            "records_processed",
            "metadata",
            "applied_by",
            "instance_id",
            "run_id");

    private final String display;
    private final TableFacts table;
    private final TableShape shape;
    private final List<Problem> problems = new ArrayList<>();

    private TableCheck(String display, TableFacts table) {
        this.display = display;
        this.table = table;
        this.shape = judge();
    }

    static TableCheck of(TableNames names, ServerFacts facts, TableFacts table) {
        String schema = table.schema() != null ? table.schema() : facts.currentSchema();
        TableCheck check =
                new TableCheck(schema == null ? names.table() : names.in(schema).display(), table);
        check.checkPlace(names, facts);
        return check;
    }

    TableShape shape() {
        return shape;
    }

    boolean isReadable() {
        return shape == TableShape.OURS || shape == TableShape.NEWER || shape.needsUpgrade();
    }

    List<Problem> problems() {
        return List.copyOf(problems);
    }

    private TableShape judge() {
        if (!table.exists()) {
            return TableShape.MISSING;
        }
        if (!isOrdinaryTable()) {
            return unusable(
                    ProblemCode.HISTORY_NOT_A_TABLE,
                    "There is " + kindInWords() + " of this name; the history must be an ordinary, logged table.",
                    "Drop or rename it, or choose another name with migrator.table.");
        }
        if (table.columns().isEmpty()) {
            return unusable(
                    ProblemCode.NO_PRIVILEGE,
                    "The history can't be read by this role.",
                    "GRANT SELECT, INSERT, UPDATE, DELETE ON " + display + " TO the migrating role.");
        }
        Integer layout = Layout.versionOf(table.comment());
        return layout == null ? judgeUnmarked() : judgeOurs(layout);
    }

    private TableShape judgeOurs(int layout) {
        for (String column : COLUMNS) {
            if (!table.columns().contains(column)) {
                return unusable(
                        ProblemCode.HISTORY_SHAPE,
                        "The history has no column " + column + "; layout " + layout + " has one.",
                        "Add the column again, or restore the table from a backup.");
            }
        }
        if (layout > Layout.CURRENT) {
            problems.add(Problem.error(
                    ProblemCode.HISTORY_NEWER,
                    display,
                    "The history has layout " + layout + ", this version of the tool knows " + Layout.CURRENT + ".",
                    "Start the newer version of the service, or update the tool."));
            return TableShape.NEWER;
        }
        String stranger = requiredStranger();
        if (stranger != null) {
            return refuseRequired(stranger);
        }
        return table.logWritable() == null ? TableShape.LOG_MISSING : TableShape.OURS;
    }

    private TableShape judgeUnmarked() {
        Set<String> columns = table.columns();
        if (columns.containsAll(Set.of("id", "migration_name", "applied_at"))) {
            return adopted(TableShape.SEED_NAMED);
        }
        if (columns.containsAll(Set.of("id", "version", "name", "applied_at"))) {
            return adopted(TableShape.SEED_VERSIONED);
        }
        String owner = foreignOwner(columns);
        return unusable(
                ProblemCode.HISTORY_FOREIGN,
                "This table belongs to " + owner + " (columns " + String.join(", ", columns) + ").",
                "Keep it, and give the history of this service another name: migrator.table.");
    }

    private TableShape adopted(TableShape shape) {
        String stranger = requiredStranger();
        return stranger == null ? shape : refuseRequired(stranger);
    }

    private @Nullable String requiredStranger() {
        return table.required().stream()
                .filter(column -> !COLUMNS.contains(column))
                .findFirst()
                .orElse(null);
    }

    private TableShape refuseRequired(String column) {
        return unusable(
                ProblemCode.HISTORY_SHAPE,
                "Somebody added column " + column + ", which is NOT NULL and has no default.",
                "Give it a default or make it nullable.");
    }

    private static String foreignOwner(Set<String> columns) {
        if (columns.equals(Set.of("version"))) {
            return "Rails or dbmate";
        }
        return columns.equals(Set.of("version", "dirty")) ? "golang-migrate" : "another tool";
    }

    private boolean isOrdinaryTable() {
        return "r".equals(table.kind()) && "p".equals(table.persistence());
    }

    private String kindInWords() {
        String kind = table.kind() == null ? "" : table.kind();
        return switch (kind) {
            case "v" -> "a view";
            case "m" -> "a materialized view";
            case "f" -> "a foreign table";
            case "p" -> "a partitioned table";
            case "r" -> "t".equals(table.persistence()) ? "a temporary table" : "an unlogged table";
            default -> "something else (relkind " + kind + ")";
        };
    }

    /** The search path may lead to a table that is not in the schema where we would create it. */
    private void checkPlace(TableNames names, ServerFacts facts) {
        if (names.schema() == null && facts.currentSchema() == null) {
            problems.add(Problem.error(
                    ProblemCode.NO_SCHEMA,
                    "search_path",
                    "No schema of the search path (" + facts.searchPath() + ") exists.",
                    "Set migrator.schema, or create the schema."));
        } else if (isReadable() && (!table.writable() || Boolean.FALSE.equals(table.logWritable()))) {
            problems.add(Problem.error(
                    ProblemCode.NO_PRIVILEGE,
                    display,
                    "Role " + facts.user() + " may read the history, but not write it.",
                    "GRANT SELECT, INSERT, UPDATE, DELETE ON " + display + ", " + display
                            + "_log TO the migrating role."));
        }
    }

    void unknownStatus(String migration, String status) {
        problems.add(Problem.error(
                ProblemCode.HISTORY_SHAPE,
                display,
                "The row of " + migration + " has the status \"" + status + "\".",
                "Set it to success, failed, running or skipped."));
    }

    private TableShape unusable(ProblemCode code, String description, @Nullable String action) {
        problems.add(Problem.error(code, display, description, action == null ? "" : action));
        return TableShape.UNUSABLE;
    }
}
