package dev.migrator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.Migrator;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import dev.migrator.testkit.WireProxy;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How often a start goes to the server for its schema, whatever the schema's size. */
@PostgresTest
class SchemaCostTest {

    private Expectation service;

    @BeforeEach
    void aServiceWithSeveralTables(TestDatabase database, @TempDir Path path) {
        service = new Expectation(database, path);
        for (int i = 0; i < 5; i++) {
            String table = "CREATE TABLE t" + i + " (id int PRIMARY KEY, n text); CREATE INDEX ON t" + i + " (n);";
            service.migrations.write("00" + (i + 1) + "-t.sql", table);
            service.files.write("t" + i + ".sql", table);
        }
        service.migrator(ExpectedSchemaMode.OFF).migrate().orThrow();
    }

    private int roundTripsOfAStart(ExpectedSchemaMode mode) {
        try (WireProxy proxy = WireProxy.to(service.database)) {
            service.through(proxy.jdbcUrl(service.database), mode).migrate().orThrow();
            return proxy.queryRoundTrips();
        }
    }

    @Test
    void withoutAnExpectedSchemaItIsOneQuery() {
        assertThat(roundTripsOfAStart(ExpectedSchemaMode.OFF)).isEqualTo(1);
    }

    @Test
    void withOneItIsAFewMoreAndNoneOfThemForATable() {
        int report = roundTripsOfAStart(ExpectedSchemaMode.REPORT);
        assertThat(roundTripsOfAStart(ExpectedSchemaMode.FIX)).isEqualTo(report + 1);
        assertThat(report).isEqualTo(11);
    }

    @Test
    void aLookForDriftIsAFewRoundTrips() {
        try (WireProxy proxy = WireProxy.to(service.database)) {
            Migrator migrator = service.through(proxy.jdbcUrl(service.database), ExpectedSchemaMode.OFF);

            assertThat(migrator.drift().state()).isEqualTo(DriftReport.State.NONE);
            assertThat(proxy.queryRoundTrips()).isEqualTo(16);
            assertThat(proxy.connectionsOpened()).isEqualTo(1);
        }
    }
}
