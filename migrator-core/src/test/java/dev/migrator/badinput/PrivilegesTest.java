package dev.migrator.badinput;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a role may not do is found before the first migration, and the sentence to run is given. */
@PostgresTest
@Timeout(60)
class PrivilegesTest {

    private Trial trial;

    @BeforeEach
    void oneFile(TestDatabase database, @TempDir Path path) {
        trial = new Trial(database, path).write("001-first.sql", "CREATE TABLE first (id int);");
    }

    @Test
    void withoutCreateOnTheSchemaTheGrantIsGiven(TestDatabase database) {
        String user = database.createUser("poor");
        database.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC");

        Problem problem = trial.as(user).refused();

        assertThat(problem.code()).isEqualTo(ProblemCode.NO_PRIVILEGE);
        assertThat(problem.action()).isEqualTo("GRANT USAGE, CREATE ON SCHEMA \"public\" TO \"" + user + "\";");
        assertThat(database.exists("first")).isFalse();

        database.execute(problem.action());
        assertThat(trial.applied()).hasSize(1);
    }

    @Test
    void withSelectOnlyEverythingButMigrateWorks(TestDatabase database) {
        trial.applied();
        String user = database.createUser("reader");
        database.execute("GRANT SELECT ON schema_migrations TO " + user);
        trial.as(user);

        assertThat(trial.migrate().orThrow().results()).isEmpty();
        trial.write("002-next.sql", "CREATE TABLE next (id int);");
        Problem problem = trial.refused();

        assertThat(problem.code()).isEqualTo(ProblemCode.NO_PRIVILEGE);
        assertThat(problem.subject()).isEqualTo("public.schema_migrations");
        assertThat(problem.description()).contains(user).contains("may read the history, but not write it");
        assertThat(problem.action()).startsWith("GRANT SELECT, INSERT, UPDATE, DELETE ON public.schema_migrations");
        assertThat(database.exists("next")).isFalse();
        assertThat(trial.migrator().status().statistics().pending()).isEqualTo(1);
        assertThat(trial.migrator().pending()).hasSize(1);
    }

    @Test
    void withoutSelectTheHistoryIsNotTakenForMissing(TestDatabase database) {
        trial.applied();
        String user = database.createUser("blind");
        database.execute("GRANT CREATE ON SCHEMA public TO " + user);

        Problem problem = trial.as(user).refused();

        assertThat(problem.code()).isEqualTo(ProblemCode.NO_PRIVILEGE);
        assertThat(problem.description()).contains("can't be read");
    }

    @Test
    void aHistoryOfAnotherOwnerIsFineWithAllRights(TestDatabase database) {
        trial.applied();
        String user = database.createUser("second");
        database.execute(
                "GRANT CREATE ON SCHEMA public TO " + user,
                "GRANT SELECT, INSERT, UPDATE, DELETE ON schema_migrations, schema_migrations_log TO " + user);
        trial.as(user).write("002-next.sql", "CREATE TABLE next (id int);");

        assertThat(trial.applied()).hasSize(1);
    }

    @Test
    void withoutRightsOnTheLogNothingRuns(TestDatabase database) {
        trial.applied();
        String user = database.createUser("half");
        database.execute(
                "GRANT CREATE ON SCHEMA public TO " + user,
                "GRANT SELECT, INSERT, UPDATE, DELETE ON schema_migrations TO " + user);
        trial.as(user).write("002-next.sql", "CREATE TABLE next (id int);");

        Problem problem = trial.refused();

        assertThat(problem.code()).isEqualTo(ProblemCode.NO_PRIVILEGE);
        assertThat(problem.text()).contains("schema_migrations_log");
        assertThat(database.exists("next")).isFalse();
    }

    @Test
    void aTriggerOnTheHistoryThatRefusesIsToldAsSuch(TestDatabase database) {
        trial.applied();
        database.execute(
                "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'frozen'; END $$",
                "CREATE TRIGGER no BEFORE INSERT ON schema_migrations FOR EACH ROW EXECUTE FUNCTION no()");
        trial.write("002-next.sql", "CREATE TABLE next (id int);");

        Problem problem = trial.failed();

        assertThat(problem.description()).startsWith("Its record could not be written. ERROR: frozen");
        assertThat(database.exists("next")).isFalse();
    }

    @Test
    void aFileThatChangesTheRoleIsRecordedByOurs(TestDatabase database) {
        String user = database.createUser("other");
        database.execute("GRANT CREATE ON SCHEMA public TO " + user);
        trial.write("001-first.sql", "SET ROLE " + user + ";", "CREATE TABLE first (id int);")
                .write("002-next.sql", "CREATE TABLE next AS SELECT current_user::text AS who;");

        assertThat(trial.applied()).hasSize(2);
        assertThat(database.value("SELECT who FROM next", String.class)).isNotEqualTo(user);
    }
}
