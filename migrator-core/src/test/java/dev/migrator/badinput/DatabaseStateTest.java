package dev.migrator.badinput;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.StatusReport;
import dev.migrator.execute.RunSettings.ExistingSchema;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What may stand where the history should, and what the database may be: told in one sentence, with what to do. */
@PostgresTest
@Timeout(60)
class DatabaseStateTest {

    private Trial trial;

    @BeforeEach
    void oneFile(TestDatabase database, @TempDir Path path) {
        trial = new Trial(database, path).write("001-first.sql", "CREATE TABLE first (id int);");
    }

    private void assertNothingRan(TestDatabase database) {
        assertThat(database.exists("first")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            CREATE TABLE schema_migrations (version varchar PRIMARY KEY)                       | HISTORY_FOREIGN     | belongs to Rails or dbmate (columns version)
            CREATE TABLE schema_migrations (version bigint PRIMARY KEY, dirty boolean)         | HISTORY_FOREIGN     | belongs to golang-migrate
            CREATE TABLE schema_migrations (id int, what text)                                 | HISTORY_FOREIGN     | belongs to another tool (columns id, what)
            CREATE VIEW schema_migrations AS SELECT 1 AS id, ''::text AS migration_name        | HISTORY_NOT_A_TABLE | There is a view of this name
            CREATE MATERIALIZED VIEW schema_migrations AS SELECT 1 AS id                       | HISTORY_NOT_A_TABLE | There is a materialized view of this name
            CREATE UNLOGGED TABLE schema_migrations (migration_name text, applied_at timestamp) | HISTORY_NOT_A_TABLE | There is an unlogged table of this name
            CREATE TABLE schema_migrations (id int) PARTITION BY RANGE (id)                    | HISTORY_NOT_A_TABLE | There is a partitioned table of this name
            CREATE SEQUENCE schema_migrations                                                  | HISTORY_NOT_A_TABLE | There is something else (relkind S) of this name
            """)
    void whatIsNotOursIsLeftAloneAndNamed(String ddl, ProblemCode code, String says, TestDatabase database) {
        database.execute(ddl);

        Problem problem = trial.refused();

        assertThat(problem.code()).isEqualTo(code);
        assertThat(problem.subject()).isEqualTo("public.schema_migrations");
        assertThat(problem.description()).contains(says);
        assertThat(problem.action()).contains("migrator.table");
        assertNothingRan(database);
        StatusReport status = trial.migrator().status();
        assertThat(status.isComplete()).isFalse();
        assertThat(status.problems()).extracting(Problem::code).containsExactly(code);
    }

    @Test
    void anotherNameIsTheWayOut(TestDatabase database) {
        database.execute("CREATE TABLE schema_migrations (version varchar PRIMARY KEY)");
        trial.with(builder -> builder.table("our_migrations").existingSchema(ExistingSchema.ALLOW));

        assertThat(trial.applied()).hasSize(1);
        assertThat(database.value("SELECT status FROM our_migrations", String.class))
                .isEqualTo("success");
    }

    @Test
    void aMissingColumnIsNamed(TestDatabase database) {
        trial.applied();
        database.execute("ALTER TABLE schema_migrations DROP COLUMN checksum");
        trial.write("002-next.sql", "CREATE TABLE next (id int);");

        Problem problem = trial.refused();

        assertThat(problem.code()).isEqualTo(ProblemCode.HISTORY_SHAPE);
        assertThat(problem.description()).isEqualTo("The history has no column checksum; layout 1 has one.");
        assertThat(database.exists("next")).isFalse();
    }

    @Test
    void columnsOfOthersAreFineUnlessTheyMustBeFilled(TestDatabase database) {
        trial.applied();
        database.execute("ALTER TABLE schema_migrations ADD COLUMN note text, ADD COLUMN since int NOT NULL DEFAULT 1");
        trial.write("002-next.sql", "CREATE TABLE next (id int);");
        assertThat(trial.applied()).hasSize(1);

        database.execute("ALTER TABLE schema_migrations ALTER COLUMN since DROP DEFAULT");
        trial.write("003-last.sql", "CREATE TABLE last (id int);");
        Problem problem = trial.refused();

        assertThat(problem.code()).isEqualTo(ProblemCode.HISTORY_SHAPE);
        assertThat(problem.description()).contains("column since, which is NOT NULL and has no default");
        assertThat(database.exists("last")).isFalse();
    }

    @Test
    void aNewerLayoutCanBeLookedAtButNotWritten(TestDatabase database) {
        trial.applied();
        database.execute("COMMENT ON TABLE schema_migrations IS 'migrator layout 99'");
        trial.write("002-next.sql", "CREATE TABLE next (id int);");

        Problem problem = trial.refused();

        assertThat(problem.code()).isEqualTo(ProblemCode.HISTORY_NEWER);
        assertThat(problem.description()).contains("layout 99", "knows 1");
        assertThat(database.exists("next")).isFalse();
        assertThat(trial.migrator().status().migrations())
                .extracting(migration -> migration.name() + " " + migration.state())
                .containsExactly("001-first COMPLETED", "002-next PENDING");
    }

    @Test
    void aNewerLayoutIsFineWhereNothingIsPending(TestDatabase database) {
        trial.applied();
        database.execute("COMMENT ON TABLE schema_migrations IS 'migrator layout 99'");

        assertThat(trial.migrate().orThrow().results()).isEmpty();
    }

    @Test
    void aLogThatIsGoneIsCreatedAgain(TestDatabase database) {
        trial.applied();
        database.execute("DROP TABLE schema_migrations_log");
        trial.write("002-next.sql", "CREATE TABLE next (id int);");

        assertThat(trial.applied()).containsExactly("002-next APPLIED");
        assertThat(database.value("SELECT count(*) FROM schema_migrations_log", Integer.class))
                .isEqualTo(1);
        assertThat(trial.history()).containsExactly("001-first success", "002-next success");
    }

    @Test
    void anUnknownStatusIsNamed(TestDatabase database) {
        trial.applied();
        database.execute("UPDATE schema_migrations SET status = 'perhaps'");

        Problem problem = trial.refused();

        assertThat(problem.code()).isEqualTo(ProblemCode.HISTORY_SHAPE);
        assertThat(problem.description()).contains("001-first", "\"perhaps\"");
    }

    @ParameterizedTest
    @CsvSource({
        "DELETE FROM schema_migrations, HISTORY_EMPTY, is empty",
        "DROP TABLE schema_migrations, HISTORY_MISSING, does not exist"
    })
    void aLostHistoryBesideTablesIsNotBegunAgain(String loss, ProblemCode code, String says, TestDatabase database) {
        trial.applied();
        database.execute(loss);

        Problem problem = trial.refused();

        assertThat(problem.code()).isEqualTo(code);
        assertThat(problem.subject()).isEqualTo("public.schema_migrations");
        assertThat(problem.description()).contains("The history " + says).contains("(first)");
        assertThat(problem.action()).contains("baseline").contains("migrator.existing-schema=allow");

        database.execute("DROP TABLE first", "CREATE TABLE other (id int)");
        trial.with(builder -> builder.existingSchema(ExistingSchema.ALLOW));
        assertThat(trial.applied()).containsExactly("001-first APPLIED");
    }

    /** As an adopted table or a person's hand leaves it. A run of ours has a journal or batches behind such a row. */
    @Test
    void aRowThatSaysRunningIsNobodysForEver(TestDatabase database) {
        trial.applied();
        database.execute("DROP TABLE first", "UPDATE schema_migrations SET status = 'running', run_id = NULL");

        assertThat(trial.applied()).containsExactly("001-first APPLIED");
        assertThat(trial.history()).containsExactly("001-first success");
    }

    @Test
    void aSchemaThatDoesNotExistIsCreatedOnlyWhenAllowed(TestDatabase database) {
        trial.with(builder -> builder.schema("app \"x\""));

        Problem problem = trial.refused();

        assertThat(problem.code()).isEqualTo(ProblemCode.NO_SCHEMA);
        assertThat(problem.text()).contains("app \"x\"").contains("migrator.create-schema");
        assertNothingRan(database);

        trial.with(builder -> builder.createSchema(true));
        assertThat(trial.applied()).hasSize(1);
        assertThat(database.exists("\"app \"\"x\"\"\".first")).isTrue();
        assertThat(database.exists("\"app \"\"x\"\"\".schema_migrations")).isTrue();
    }

    @Test
    void anEmptySearchPathOfTheRoleIsToldOrOverruled(TestDatabase database) {
        database.execute("ALTER DATABASE " + database.name() + " SET search_path = ''");

        Problem problem = trial.refused();

        assertThat(problem.code()).isEqualTo(ProblemCode.NO_SCHEMA);
        assertThat(problem.action()).contains("migrator.schema");
        trial.with(builder -> builder.schema("public"));
        assertThat(trial.applied()).hasSize(1);
        assertThat(database.exists("public.first")).isTrue();
    }

    @Test
    void aReadOnlyDatabaseIsFineUntilSomethingIsPending(TestDatabase database) {
        trial.applied();
        database.execute("ALTER DATABASE " + database.name() + " SET default_transaction_read_only = on");

        assertThat(trial.migrate().orThrow().results()).isEmpty();
        trial.write("002-next.sql", "CREATE TABLE next (id int);");
        Problem problem = trial.refused();

        assertThat(problem.code()).isEqualTo(ProblemCode.READ_ONLY);
        assertThat(problem.description())
                .contains("default_transaction_read_only")
                .contains("pending");
        assertThat(trial.migrator().status().statistics().pending()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "statement_timeout = '50ms'",
                "lock_timeout = '1ms'",
                "idle_in_transaction_session_timeout = '1ms'",
                "idle_session_timeout = '500ms'",
                "standard_conforming_strings = off",
                "datestyle = 'German, DMY'",
                "client_encoding = 'LATIN1'",
                "default_transaction_isolation = 'serializable'",
            })
    void settingsOfTheRoleOrDatabaseDoNotHurt(String setting, TestDatabase database) {
        database.execute("ALTER DATABASE " + database.name() + " SET " + setting);
        trial.write("002-next.sql", "INSERT INTO first SELECT 1 FROM pg_sleep(0.1);", "SELECT 'a\\', '\u00e9';");

        assertThat(trial.applied()).hasSize(2);
        assertThat(trial.migrate().results()).isEmpty();
        assertThat(trial.migrator().status().isComplete()).isTrue();
    }
}
