package dev.migrator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.migrator.Migrator;
import dev.migrator.SchemaSide;
import dev.migrator.problem.MigratorException;
import dev.migrator.reconcile.DriftReport.State;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was begun outside of a transaction, and ended without us. */
@PostgresTest
class UnfinishedTest {

    private static final String RECORD = "SELECT pg_catalog.concat_ws('|', status, sql_state) FROM schema_migrations"
            + " WHERE migration_name = 'reconcile: index public.a.i'";

    @Test
    void anIndexThatCameToItsEndWithoutItsNodeIsRecorded(TestDatabase database, @TempDir Path path) {
        Expectation service = halfDone(database, path);
        database.execute("UPDATE schema_migrations SET status = 'running', error_message = NULL, sql_state = NULL"
                + " WHERE kind = 'reconcile'");
        database.execute("DELETE FROM a", "CREATE INDEX i ON a ((1 / id))");
        assertThat(drift(service).text()).contains("index public.a.i is half done");

        assertThat(service.reconcile().orThrow().done()).isEmpty();

        assertThat(database.value(RECORD, String.class)).isEqualTo("success");
        assertThat(database.value(
                        "SELECT outcome || ': ' || detail FROM schema_migrations_log ORDER BY id DESC LIMIT 1",
                        String.class))
                .isEqualTo("success: It was there when this run looked.\n"
                        + "CREATE INDEX CONCURRENTLY i ON public.a USING btree (((1 / id)));");
        assertThat(drift(service).state()).isEqualTo(State.NONE);
    }

    @Test
    void anIndexThatAPersonBuiltAfterAFailureIsRecorded(TestDatabase database, @TempDir Path path) {
        Expectation service = halfDone(database, path);
        database.execute("DELETE FROM a", "CREATE INDEX i ON a ((1 / id))");

        service.reconcile().orThrow();

        assertThat(database.value(RECORD, String.class)).isEqualTo("success");
        assertThat(drift(service).state()).isEqualTo(State.NONE);
    }

    @Test
    void anotherIndexOfThatNameIsNotTheEnd(TestDatabase database, @TempDir Path path) {
        Expectation service = halfDone(database, path);
        database.execute("CREATE INDEX i ON a (id)");

        service.reconcile();

        assertThat(database.value(RECORD, String.class)).isEqualTo("failed|22012");
        assertThat(drift(service).state()).isEqualTo(State.OUTDATED);
    }

    /** A release that writes a schema otherwise says so: its text and ours have nothing to do with each other. */
    @Test
    void whatAnotherReleaseHasStoredIsNotCompared(TestDatabase database, @TempDir Path path) throws IOException {
        Expectation service = new Expectation(database, path);
        service.migrations.write("001-a.sql", "CREATE TABLE a (id int PRIMARY KEY);");
        service.migrator(ExpectedSchemaMode.OFF).migrate().orThrow();
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(text)) {
            gzip.write("migrator schema 1000\nspell\tpublic\n".getBytes(StandardCharsets.UTF_8));
        }
        database.execute("UPDATE schema_migrations_snapshots SET digest = 'theirs', content = '\\x"
                + HexFormat.of().formatHex(text.toByteArray()) + "'");

        assertThat(drift(service).state()).isEqualTo(State.OUTDATED);
        assertThat(drift(service).text()).contains("in the form of another release of Migrator");
        assertThatThrownBy(() -> service.migrator(ExpectedSchemaMode.OFF).diff(SchemaSide.STORED, SchemaSide.LIVE))
                .hasMessageContaining("in the form of another release of Migrator");

        service.migrations.write("002-b.sql", "CREATE TABLE b ();");
        service.migrator(ExpectedSchemaMode.OFF).migrate().orThrow();
        assertThat(drift(service).state()).isEqualTo(State.NONE);
    }

    /** Nothing is said of a schema that nobody has looked at before. */
    @Test
    void aSchemaThatWasNotStoredIsNeitherAddedNorMissing(TestDatabase database, @TempDir Path path) {
        Expectation service = new Expectation(database, path);
        database.execute("CREATE SCHEMA billing", "CREATE TABLE billing.b ()");
        service.migrations.write("001-a.sql", "CREATE TABLE a (id int PRIMARY KEY);");
        service.migrator(ExpectedSchemaMode.OFF).migrate().orThrow();
        service.files.write("b.sql", "CREATE TABLE billing.b (); CREATE TABLE a (id int PRIMARY KEY);");

        for (SchemaSide other : List.of(SchemaSide.EXPECTED, SchemaSide.LIVE)) {
            assertThat(service.migrator(ExpectedSchemaMode.OFF)
                            .diff(SchemaSide.STORED, other)
                            .text())
                    .isEmpty();
        }
        assertThat(lookingAt(service, "public", "billing").drift().state()).isEqualTo(State.NONE);
        assertThat(lookingAt(service, "billing").drift().state()).isEqualTo(State.NO_BASELINE);
        lookingAt(service, "public", "billing").acceptDrift("both from now on");
        assertThat(drift(service).state()).isEqualTo(State.NONE);
        database.execute("DROP TABLE billing.b");
        assertThat(lookingAt(service, "public", "billing").drift().headlines(5)).containsExactly("- table billing.b");
    }

    private static Migrator lookingAt(Expectation service, String... schemas) {
        return service.builder(ExpectedSchemaMode.OFF)
                .drift(new DriftSettings(true, List.of(schemas), false))
                .build();
    }

    private static DriftReport drift(Expectation service) {
        return service.migrator(ExpectedSchemaMode.OFF).drift();
    }

    /** A row is in the way of the index. */
    private static Expectation halfDone(TestDatabase database, Path path) {
        Expectation service = new Expectation(database, path);
        service.migrations.write("001-a.sql", "CREATE TABLE a (id int PRIMARY KEY); INSERT INTO a VALUES (0);");
        service.migrator(ExpectedSchemaMode.OFF).migrate().orThrow();
        service.files.write("a.sql", "CREATE TABLE a (id int PRIMARY KEY); CREATE INDEX i ON a ((1 / id));");
        assertThatThrownBy(() -> service.reconcile().orThrow()).isInstanceOf(MigratorException.class);
        return service;
    }
}
