package dev.migrator.reconcile;

import dev.migrator.Migrator;
import dev.migrator.MigratorBuilder;
import dev.migrator.schema.SchemaReading;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A service with a folder of migrations and one of expected files. */
final class Expectation {

    final TestDatabase database;
    final MigrationFolder migrations;
    final MigrationFolder files;

    Expectation(TestDatabase database, Path path) {
        this.database = database;
        try {
            this.migrations = new MigrationFolder(Files.createDirectories(path.resolve("migration")));
            this.files = new MigrationFolder(Files.createDirectories(path.resolve("expected")));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    Migrator migrator(ExpectedSchemaMode mode) {
        return builder(mode).build();
    }

    /** By another way to the database. */
    Migrator through(String url, ExpectedSchemaMode mode) {
        return builder(mode).connection(url, null, null).build();
    }

    MigratorBuilder builder(ExpectedSchemaMode mode) {
        return Migrator.builder()
                .connection(database.jdbcUrl(), null, null)
                .locations(migrations.location())
                .expectedSchema(mode, files.location());
    }

    ReconcileReport reconcile() {
        return migrator(ExpectedSchemaMode.OFF).reconcile(ReconcileOptions.FIX);
    }

    ReconcileReport look() {
        return migrator(ExpectedSchemaMode.OFF).reconcile(ReconcileOptions.DRY_RUN);
    }

    String schema() {
        return SchemaReading.read(database, "public").text();
    }
}
