package dev.migrator.cli;

import dev.migrator.migration.DataMigration;
import dev.migrator.migration.MigrationContext;
import dev.migrator.migration.MigrationName;
import dev.migrator.migration.MigrationResult;
import org.springframework.stereotype.Component;

/** Classes as an application has them; only their files are read. */
final class AppMigrations {

    private AppMigrations() {}

    static final class Constant implements DataMigration {

        @Override
        public MigrationName name() {
            return MigrationName.of("002-constant");
        }

        @Override
        public MigrationResult up(MigrationContext context) {
            return MigrationResult.success(0);
        }
    }

    abstract static class Base implements DataMigration {

        @Override
        public MigrationName name() {
            return MigrationName.of("004-of-base");
        }
    }

    static final class Inherits extends Base {

        @Override
        public MigrationResult up(MigrationContext context) {
            return MigrationResult.success(0);
        }
    }

    /** Names the library's types; its heirs name only it. */
    abstract static class Named implements DataMigration {

        private final String name;

        Named(String name) {
            this.name = name;
        }

        @Override
        public MigrationName name() {
            return MigrationName.of(name);
        }

        @Override
        public MigrationResult up(MigrationContext context) {
            return MigrationResult.success(0);
        }
    }

    static class Heir extends Named {

        Heir() {
            super("006-heir");
        }
    }

    @Component("007-bean")
    static final class HeirOfHeir extends Heir {}

    static final class Computed implements DataMigration {

        @Override
        public MigrationName name() {
            return MigrationName.of("005-" + System.getProperty("user.name"));
        }

        @Override
        public MigrationResult up(MigrationContext context) {
            return MigrationResult.success(0);
        }
    }

    /** Knows the types, and is none. */
    record NoMigration(MigrationName name, MigrationContext context) {}
}
