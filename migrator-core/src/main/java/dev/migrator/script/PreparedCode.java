package dev.migrator.script;

import dev.migrator.migration.Checksum;
import dev.migrator.migration.CodeMigration;
import dev.migrator.plan.PlanStep;
import org.jspecify.annotations.Nullable;

/** A step in Java; its object was made. */
public record PreparedCode(PlanStep.Run step, CodeMigration migration) implements PreparedStep {

    @Override
    public String file() {
        return migration.origin();
    }

    @Override
    public @Nullable String checksum() {
        Checksum version = migration.checksum();
        return version == null ? null : version.toString();
    }

    @Override
    public PreparedCode with(PlanStep.Run laterStep) {
        return new PreparedCode(laterStep, migration);
    }
}
