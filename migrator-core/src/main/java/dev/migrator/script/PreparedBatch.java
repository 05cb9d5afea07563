package dev.migrator.script;

import dev.migrator.directive.BatchDirective;
import dev.migrator.migration.SqlMigration;
import dev.migrator.plan.PlanStep;
import dev.migrator.sql.Position;
import dev.migrator.sql.RangeText;
import java.util.List;

/**
 * A file whose statements walk over a table, range by range.
 *
 * @param statements in their order; the ends of a range belong into them
 */
public record PreparedBatch(
        PlanStep.Run step, SqlMigration migration, BatchDirective directive, List<Statement> statements)
        implements PreparedStep {

    /** One statement of the file. */
    public record Statement(RangeText text, Position position) {}

    public PreparedBatch {
        statements = List.copyOf(statements);
    }

    @Override
    public String file() {
        return migration.up().location();
    }

    @Override
    public String checksum() {
        return migration.checksum().toString();
    }

    @Override
    public PreparedBatch with(PlanStep.Run laterStep) {
        return new PreparedBatch(laterStep, migration, directive, statements);
    }
}
