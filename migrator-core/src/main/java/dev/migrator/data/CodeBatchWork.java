package dev.migrator.data;

import dev.migrator.batch.BatchWork;
import dev.migrator.batch.Page;
import dev.migrator.batch.WalkedTable;
import dev.migrator.migration.BatchMigration;
import dev.migrator.migration.BatchSource;
import dev.migrator.migration.CodeMigration;
import dev.migrator.postgres.Session;
import dev.migrator.postgres.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.ColumnMapRowMapper;

/** Reads and locks the rows of the range and gives them to the code of a user. */
final class CodeBatchWork implements BatchWork {

    private final DataRun run;
    private final CodeMigration migration;
    private final BatchMigration code;
    private final BatchSource source;
    private final WalkedTable table;
    private final boolean dryRun;
    private final String mark = UUID.randomUUID().toString();
    private @Nullable GuardedConnection guard;

    CodeBatchWork(
            DataRun run,
            CodeMigration migration,
            BatchMigration code,
            BatchSource source,
            WalkedTable table,
            boolean dryRun) {
        this.run = run;
        this.migration = migration;
        this.code = code;
        this.source = source;
        this.table = table;
        this.dryRun = dryRun;
    }

    @Override
    public void begin() throws SQLException {
        run.session().execute("SET LOCAL migrator.transaction = " + Sql.literal(mark));
        run.session().letJdbcJoin();
        guard = GuardedConnection.of(run.session());
    }

    @Override
    public long migrate(Page page) throws Exception {
        Connection connection = guard == null ? run.session().connection() : guard.connection();
        List<Map<String, @Nullable Object>> rows = read(page);
        if (rows.isEmpty()) {
            return 0;
        }
        CodeContext context = new CodeContext(run, migration, connection, dryRun);
        run.cancellation().during(() -> {
            code.migrate(context, rows);
            return null;
        });
        refuseBroken();
        return rows.size();
    }

    private void refuseBroken() throws SQLException {
        Session session = run.session();
        if (session.inFailedTransaction()) {
            throw new SQLException(
                    "migrate() went on after a statement had failed; PostgreSQL has given up the whole batch"
                            + " then. Let the exception through, or set a savepoint before the statement and go back to it.");
        }
        boolean same = session.queryOne(
                "SELECT COALESCE(pg_catalog.current_setting('migrator.transaction', true), '') = ?",
                row -> row.getBoolean(1),
                mark);
        if (!same) {
            throw new SQLException(
                    "migrate() has ended the transaction of its batch, by a way around the guarded connection.",
                    GuardedConnection.INVALID_TERMINATION);
        }
    }

    /** The condition may hold question marks, which mean nothing to a plain statement. */
    private List<Map<String, @Nullable Object>> read(Page page) throws SQLException {
        String columns = source.columns().isEmpty()
                ? "*"
                : source.columns().stream().map(Sql::identifier).collect(Collectors.joining(", "));
        String filter = source.filter() == null ? "" : " AND (" + source.filter() + ")";
        String select = "SELECT " + columns + " FROM " + table.name() + " WHERE " + table.between(page) + filter
                + " ORDER BY " + table.order() + " FOR NO KEY UPDATE";
        List<Map<String, @Nullable Object>> rows = new ArrayList<>();
        try (Statement statement = run.session().connection().createStatement()) {
            statement.setEscapeProcessing(false);
            try (ResultSet found = statement.executeQuery(select)) {
                ColumnMapRowMapper mapper = new ColumnMapRowMapper();
                while (found.next()) {
                    rows.add(mapper.mapRow(found, rows.size()));
                }
            }
        }
        return rows;
    }

    @Override
    public void end() throws SQLException {
        if (guard != null) {
            guard.end();
            guard = null;
        }
        run.session().endJoin();
    }
}
