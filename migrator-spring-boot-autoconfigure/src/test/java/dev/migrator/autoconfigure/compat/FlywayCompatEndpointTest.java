package dev.migrator.autoconfigure.compat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.autoconfigure.MigratorAutoConfiguration;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@PostgresTest
class FlywayCompatEndpointTest {

    private ApplicationContextRunner runner;

    @BeforeEach
    void folder(@TempDir Path path, TestDatabase database) {
        MigrationFolder folder = new MigrationFolder(path)
                .write("001-first.sql", "CREATE TABLE first (id int);")
                .write("002-broken.sql", "SELECT nonsense;")
                .write("003-by-hand.sql", "-- migrator: manual\nSELECT 1;");
        runner = new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        DataSourceAutoConfiguration.class,
                        MigratorAutoConfiguration.class,
                        FlywayCompatAutoConfiguration.class))
                .withPropertyValues(
                        "migrator.locations=" + folder.location(),
                        "migrator.fail-fast=false",
                        "spring.datasource.url=" + database.jdbcUrl(),
                        "management.endpoints.web.exposure.include=flyway");
    }

    @Test
    void itHasTheShapeThatTheViewReads() {
        runner.withPropertyValues("migrator.compat.flyway-endpoint=true").run(context -> {
            Object answer = context.getBean(FlywayCompatEndpoint.class).flywayBeans();
            JsonNode beans = JsonMapper.builder()
                    .build()
                    .valueToTree(answer)
                    .get("contexts")
                    .get(context.getId());
            assertThat(beans.has("parentId")).isTrue();
            JsonNode migrations = beans.get("flywayBeans").get("migrator").get("migrations");
            assertThat(migrations).hasSize(3);
            JsonNode first = migrations.get(0);
            assertThat(first.propertyNames())
                    .containsExactlyInAnyOrder(
                            "type",
                            "checksum",
                            "version",
                            "description",
                            "script",
                            "state",
                            "installedBy",
                            "installedOn",
                            "installedRank",
                            "executionTime");
            assertThat(first.get("script").asString()).isEqualTo("001-first");
            assertThat(first.get("state").asString()).isEqualTo("SUCCESS");
            assertThat(first.get("checksum").isInt()).isTrue();
            assertThat(first.get("installedRank").asInt()).isEqualTo(1);
            assertThat(Instant.parse(first.get("installedOn").asString())).isNotNull();
            assertThat(migrations.get(1).get("state").asString()).isEqualTo("FAILED");
            assertThat(migrations.get(2).get("state").asString()).isEqualTo("PENDING");
        });
    }

    @Test
    void nobodyGetsItUnasked() {
        runner.run(context -> assertThat(context).doesNotHaveBean(FlywayCompatEndpoint.class));
    }
}
