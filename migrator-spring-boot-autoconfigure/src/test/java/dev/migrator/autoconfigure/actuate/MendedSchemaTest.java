package dev.migrator.autoconfigure.actuate;

import static dev.migrator.autoconfigure.actuate.ServiceWithActions.UNRESTRICTED;
import static dev.migrator.autoconfigure.actuate.ServiceWithActions.WITH_KEY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.migrator.MigrateOptions;
import dev.migrator.Migrator;
import dev.migrator.autoconfigure.ActivitySnapshot;
import dev.migrator.autoconfigure.MigrationActivity;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;

/** A service that started without its schema, and a person who mends that at the endpoint. */
@PostgresTest
class MendedSchemaTest {

    private static final String DROP = "002-drop";

    private MigrationFolder folder;
    private TestDatabase database;

    @BeforeEach
    void folder(@TempDir Path path, TestDatabase database) {
        this.database = database;
        folder = new MigrationFolder(path).write("001-first.sql", "CREATE TABLE first (id int);");
    }

    private ServiceWithActions down(String autoMigrate) {
        ServiceWithActions service = new ServiceWithActions(
                WebApplicationType.SERVLET,
                ServiceWithActions.Plain.class,
                database.jdbcUrl(),
                folder,
                List.of(
                        UNRESTRICTED,
                        WITH_KEY,
                        "--migrator.fail-fast=false",
                        "--migrator.auto-migrate=" + autoMigrate,
                        "--management.endpoint.health.show-details=always"));
        assertThat(service.health().statusCode()).isEqualTo(503);
        return service;
    }

    private static ActivitySnapshot known(ServiceWithActions service) {
        return service.bean(MigrationActivity.class).snapshot();
    }

    private int tries(String migration) {
        return database.value(
                "SELECT attempts FROM schema_migrations WHERE migration_name = ?", Integer.class, migration);
    }

    /** What stops it before it has seen its migrations: it can't know then whether it has to register. */
    @Test
    void itCountsAsAliveAndItsLaterPhasesBeginAndWhatFailsThereIsToldUntilItIsMended() {
        folder.write(DROP + ".sql", "-- migrator: phase=post-deploy\nSELECT nonsense;")
                .write("003-mistaken.sql", "-- migrator: nonsense\nSELECT 1;");
        try (ServiceWithActions service = down("true")) {
            assertThat(service.bean(Migrator.class).instances().alive()).isEmpty();

            folder.write("003-mistaken.sql", "SELECT 1;");
            service.followed(service.postWithKey("/run"));

            await().atMost(Duration.ofMinutes(1))
                    .until(() -> known(service).failed().equals(List.of(DROP))
                            && service.health().body().contains("\"failed\",\"left\""));
            assertThat(service.health().statusCode()).isEqualTo(200);
            assertThat(service.bean(Migrator.class).instances().alive()).hasSize(1);

            folder.write("004-unrelated.sql", "SELECT 1;");
            assertThat(service.postWithKey("/skip/004-unrelated").statusCode()).isEqualTo(200);
            assertThat(known(service).failed()).containsExactly(DROP);
            service.followed(service.postWithKey("/run"));
            assertThat(known(service).failed()).containsExactly(DROP);
            assertThat(known(service).problems()).isNotEmpty();
            assertThat(tries(DROP)).as("nobody has named it").isEqualTo(1);

            folder.write(DROP + ".sql", "-- migrator: phase=post-deploy\nSELECT 1;");
            service.followed(service.postWithKey("/run/" + DROP));
            assertThat(known(service).failed()).isEmpty();
            assertThat(known(service).problems()).isEmpty();
            assertThat(service.health().body()).doesNotContain("later", DROP);
            assertThat(Thread.getAllStackTraces().keySet().stream().map(Thread::getName))
                    .containsOnlyOnce("migrator-instance");
        }
    }

    @Test
    void whoOnlyVerifiesIsNotReadyWhileWhatItRefusedForIsThere() {
        folder.write("002-manual.sql", "-- migrator: manual\nSELECT nonsense;");
        Migrator other = Migrator.builder()
                .connection(database.jdbcUrl(), null, null)
                .locations(folder.location())
                .build();
        other.migrate().orThrow();
        other.migrate(MigrateOptions.only("002-manual"));
        folder.write("003-unrelated.sql", "SELECT 1;").write("004-unrelated.sql", "SELECT 1;");
        try (ServiceWithActions service = down("false")) {
            service.postWithKey("/skip/003-unrelated");
            service.followed(service.postWithKey("/run"));
            assertThat(service.health().statusCode()).isEqualTo(503);

            assertThat(service.postWithKey("/reset/002-manual").statusCode()).isEqualTo(200);
            assertThat(service.health().statusCode()).isEqualTo(200);
        }
    }
}
