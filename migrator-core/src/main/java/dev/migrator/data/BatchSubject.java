package dev.migrator.data;

import dev.migrator.batch.BatchLoop;
import dev.migrator.batch.BatchSettings;
import dev.migrator.batch.BatchWork;
import dev.migrator.batch.TableSearch;
import dev.migrator.batch.WalkedTable;
import dev.migrator.directive.BatchDirective;
import dev.migrator.directive.Directives;
import dev.migrator.migration.BatchMigration;
import dev.migrator.migration.BatchSource;
import dev.migrator.migration.CodeMigration;
import dev.migrator.migration.MigrationName;
import dev.migrator.plan.PlanStep;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.Problems;
import dev.migrator.script.PreparedBatch;
import dev.migrator.script.PreparedCode;
import dev.migrator.script.PreparedStep;
import dev.migrator.script.ScriptCheck;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What is walked over and what is done with it, be it a file or code. */
public sealed interface BatchSubject {

    /** Of code, which may do slow things with each row. */
    int FEW = 100;

    /** Of a statement of SQL. */
    int MANY = 1000;

    MigrationName name();

    /** What people see of where it comes from. */
    String origin();

    String table();

    List<String> key();

    /** Whether the author compares by the key, so that its order counts; else the order of its index is taken. */
    boolean comparesByKey();

    /** @throws MigratorException when there is no such size */
    BatchLoop.BatchPlan plan();

    /** With the time-outs that it asks for itself. */
    BatchSettings timed(BatchSettings settings);

    /** The table, as the migration's own search path finds it. */
    default WalkedTable find(DataRun run) throws SQLException {
        return run.reading(() -> new TableSearch(run.session(), origin()).find(table(), key(), comparesByKey()));
    }

    BatchWork work(DataRun run, WalkedTable table);

    /** The batched migration of a step, which is read for that; null where it is none. */
    static @Nullable BatchSubject of(PlanStep.Run step, Problems problems) {
        return new ScriptCheck(problems)
                .prepare(List.of(step)).stream()
                        .map(BatchSubject::of)
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(null);
    }

    /** The batched migration of a step; null where it is none. */
    static @Nullable BatchSubject of(PreparedStep step) {
        if (step instanceof PreparedBatch file) {
            return new File(file);
        }
        return step instanceof PreparedCode code && code.migration().code() instanceof BatchMigration batch
                ? new Code(code.migration(), batch, batch.source())
                : null;
    }

    /** Statements of SQL. */
    record File(PreparedBatch file) implements BatchSubject {

        @Override
        public MigrationName name() {
            return file.migration().name();
        }

        @Override
        public String origin() {
            return file.file();
        }

        @Override
        public String table() {
            return file.directive().table();
        }

        @Override
        public List<String> key() {
            return file.directive().key();
        }

        @Override
        public boolean comparesByKey() {
            return true;
        }

        @Override
        public BatchLoop.BatchPlan plan() {
            BatchDirective directive = file.directive();
            return new BatchLoop.BatchPlan(directive.size(), MANY, directive.maxFailures());
        }

        @Override
        public BatchSettings timed(BatchSettings settings) {
            Directives asked = file.migration().directives();
            return settings.withTimeouts(asked.statementTimeout(), asked.lockTimeout());
        }

        @Override
        public BatchWork work(DataRun run, WalkedTable table) {
            return new SqlBatchWork(run, file, table);
        }
    }

    /** A {@link BatchMigration}. */
    record Code(CodeMigration migration, BatchMigration code, BatchSource source) implements BatchSubject {

        @Override
        public MigrationName name() {
            return migration.name();
        }

        @Override
        public String origin() {
            return migration.origin();
        }

        @Override
        public String table() {
            return source.table();
        }

        @Override
        public List<String> key() {
            return source.key();
        }

        @Override
        public boolean comparesByKey() {
            return false;
        }

        @Override
        public BatchLoop.BatchPlan plan() {
            Integer size = code.batchSize();
            if (size != null && size < 1) {
                throw new MigratorException(Problem.error(
                        ProblemCode.BATCH_SOURCE,
                        origin(),
                        "Its batchSize() is " + size + ", and a batch has at least one row.",
                        "Return 1 or more, or null for a size that adapts."));
            }
            return new BatchLoop.BatchPlan(size, FEW, code.maxFailures());
        }

        @Override
        public BatchSettings timed(BatchSettings settings) {
            return settings;
        }

        @Override
        public BatchWork work(DataRun run, WalkedTable table) {
            return new CodeBatchWork(run, migration, code, source, table, false);
        }

        /** The same for a dry run. */
        CodeBatchWork rehearsing(DataRun run, WalkedTable table) {
            return new CodeBatchWork(run, migration, code, source, table, true);
        }
    }
}
