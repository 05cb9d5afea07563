package dev.migrator.data;

import dev.migrator.migration.DataMigration;
import dev.migrator.migration.MigrationContext;
import dev.migrator.migration.MigrationName;
import dev.migrator.migration.MigrationResult;
import java.util.List;
import java.util.Set;

/** A migration in Java that a test puts together. */
class Code implements DataMigration {

    interface Work {
        MigrationResult in(MigrationContext context) throws Exception;
    }

    interface Check {
        boolean in(MigrationContext context) throws Exception;
    }

    interface Back {
        void in(MigrationContext context) throws Exception;
    }

    private final MigrationName name;
    private final Work work;
    private Check check = context -> true;
    private Back back = context -> {};
    private boolean manual;
    private Set<String> environments = Set.of();
    private List<String> depends = List.of();
    private String version;

    Code(String name, Work work) {
        this.name = MigrationName.of(name);
        this.work = work;
    }

    static Code sql(String name, String sql) {
        return new Code(
                name, context -> MigrationResult.success(context.jdbc().sql(sql).update()));
    }

    Code verifiedBy(Check other) {
        check = other;
        return this;
    }

    Code back(Back other) {
        back = other;
        return this;
    }

    Code manually() {
        manual = true;
        return this;
    }

    Code only(String environment) {
        environments = Set.of(environment);
        return this;
    }

    Code after(String other) {
        depends = List.of(other);
        return this;
    }

    Code version(String text) {
        version = text;
        return this;
    }

    @Override
    public MigrationName name() {
        return name;
    }

    @Override
    public MigrationResult up(MigrationContext context) throws Exception {
        return work.in(context);
    }

    @Override
    public boolean verify(MigrationContext context) throws Exception {
        return check.in(context);
    }

    @Override
    public void down(MigrationContext context) throws Exception {
        back.in(context);
    }

    @Override
    public boolean manual() {
        return manual;
    }

    @Override
    public Set<String> environments() {
        return environments;
    }

    @Override
    public List<String> depends() {
        return depends;
    }

    @Override
    public String version() {
        return version;
    }
}
