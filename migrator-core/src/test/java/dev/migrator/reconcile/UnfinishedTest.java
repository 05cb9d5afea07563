package dev.migrator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.migrator.problem.MigratorException;
import dev.migrator.reconcile.DriftReport.State;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.nio.file.Path;
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
