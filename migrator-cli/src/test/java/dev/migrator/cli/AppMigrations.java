package dev.migrator.cli;

import dev.migrator.migration.DataMigration;
import dev.migrator.migration.MigrationContext;
import dev.migrator.migration.MigrationName;
import dev.migrator.migration.MigrationResult;

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
