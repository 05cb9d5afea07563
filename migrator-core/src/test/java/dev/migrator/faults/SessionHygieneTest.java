package dev.migrator.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.event.MigrationEvent;
import dev.migrator.execute.RunReport;
import dev.migrator.problem.ProblemCode;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What one migration leaves in the session, the next one does not see; the lock stays ours, or is taken again. */
@PostgresTest
@ExtendWith(Quiet.class)
@Timeout(120)
class SessionHygieneTest {

    /** Leaves everything that a session can keep; the role comes last. */
    private static final String LITTER = """
            CREATE SCHEMA elsewhere;
            SET search_path = elsewhere;
            SET statement_timeout = 1;
            SET lock_timeout = 1;
            SET statement_timeout = '50s';
            SET TimeZone = 'Asia/Kolkata';
            SET my.setting = 'left';
            CREATE TEMP TABLE shadow (id int);
            PREPARE left_over AS SELECT 1;
            DECLARE left_open CURSOR WITH HOLD FOR SELECT 1;
            LISTEN left_channel;
            %s
            SET SESSION AUTHORIZATION %s;
            SET ROLE %s;
            """;

    private static final String LOOK = """
            CREATE TABLE seen AS
            SELECT current_setting('search_path') AS path, current_setting('statement_timeout') AS statement_timeout,
                   current_setting('lock_timeout') AS lock_timeout, current_setting('TimeZone') AS zone,
                   NULLIF(current_setting('my.setting', true), '') AS own, to_regclass('shadow') AS temp,
                   (SELECT count(*) FROM pg_prepared_statements) AS prepared, (SELECT count(*) FROM pg_cursors) AS cursors,
                   (SELECT count(*) FROM pg_listening_channels()) AS channels,
                   session_user || '/' || current_user AS who,
                   (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()) AS locks;
            """;

    private MigrationFolder folder;
    private final List<MigrationEvent> events = new CopyOnWriteArrayList<>();

    @BeforeEach
    void folder(@TempDir Path path) {
        folder = new MigrationFolder(path);
    }

    private RunReport migrate(TestDatabase database) {
        return MigrateMain.migrator(database.jdbcUrl(), folder.location())
                .lockTimeout(Duration.ofSeconds(7))
                .listener(events::add)
                .build()
                .migrate();
    }

    /** In one message; with a file that takes a lock, which goes alone; and each alone. */
    @ParameterizedTest
    @ValueSource(
            strings = {"", "SELECT pg_advisory_lock(4711), pg_advisory_lock_shared(1, 2);", "-- migrator: retries=1"})
    void theNextMigrationSeesNothingOfIt(String variant, TestDatabase database) {
        String user = database.createUser("other");
        database.execute("GRANT ALL ON SCHEMA public TO " + user);
        String zone = database.value("SHOW TimeZone", String.class);
        boolean directive = variant.startsWith("--");
        String head = directive ? variant + "\n" : "";
        folder.write("001-litter.sql", head + String.format(Locale.ROOT, LITTER, directive ? "" : variant, user, user))
                .write("002-look.sql", head + LOOK)
                .write("003-last.sql", "CREATE TABLE last (id int);");

        migrate(database).orThrow();

        assertThat(database.query("SELECT * FROM public.seen"))
                .singleElement()
                .hasToString("{path=\"$user\", public, statement_timeout=0, lock_timeout=100ms, zone=" + zone
                        + ", own=null, temp=null, prepared=0, cursors=0, channels=0, who=postgres/postgres, locks=1}");
        assertThat(database.value("SELECT count(*) FROM schema_migrations WHERE status = 'success'", Integer.class))
                .isEqualTo(3);
        database.execute("DROP OWNED BY " + user);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-- migrator: no-transaction\n", "-- migrator: retries=1\n"})
    void aFileThatGivesTheLockAwayIsNoticedAndNothingIsDoneTwice(String head, TestDatabase database) {
        folder.write("001-first.sql", "CREATE TABLE log (k int);\nINSERT INTO log VALUES (1);")
                .write("002-unlock.sql", head + "INSERT INTO log VALUES (2);\nSELECT pg_advisory_unlock_all();\n")
                .write(
                        "003-last.sql",
                        "INSERT INTO log SELECT 3 FROM pg_locks WHERE locktype = 'advisory'"
                                + " AND pid = pg_backend_pid();");

        RunReport report = migrate(database).orThrow();

        assertThat(report.applied()).isEqualTo(3);
        assertThat(database.query("SELECT k FROM log ORDER BY k"))
                .extracting(row -> row.get("k"))
                .containsExactly(1, 2, 3);
        assertThat(events)
                .filteredOn(MigrationEvent.Noted.class::isInstance)
                .extracting(event -> ((MigrationEvent.Noted) event).problem().code())
                .containsOnlyOnce(ProblemCode.LOCK_LOST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-- migrator: no-transaction\n"})
    void aFileThatGivesTheLockAwayAndFailsIsToldAsFailed(String head, TestDatabase database) {
        folder.write("001-first.sql", "CREATE TABLE first (k int);")
                .write("002-unlock.sql", head + "SELECT pg_advisory_unlock_all();\nSELECT 1/0;\n")
                .write("003-last.sql", "CREATE TABLE last (k int);");

        RunReport report = migrate(database);

        assertThat(report.failed()).isEqualTo(1);
        assertThat(report.isSuccess()).isFalse();
        assertThat(database.exists("last")).isFalse();
        assertThat(database.query("SELECT status, sql_state, attempts FROM schema_migrations WHERE version = '002'"))
                .singleElement()
                .hasToString("{status=failed, sql_state=22012, attempts=1}");
    }

    @Test
    void aRoleSetInAFileOfSeveralTransactionsHoldsForItsStatementsAndNotForOurs(TestDatabase database) {
        String user = database.createUser("owner");
        database.execute("GRANT ALL ON SCHEMA public TO " + user);
        folder.write("001-first.sql", "CREATE TABLE first (k int);")
                .write(
                        "002-role.sql",
                        "SET ROLE " + user + ";\nCREATE TABLE theirs (id int);\n"
                                + "CREATE INDEX CONCURRENTLY theirs_id ON theirs (id);\nINSERT INTO theirs VALUES (1);\n");

        migrate(database).orThrow();

        assertThat(database.value("SELECT tableowner FROM pg_tables WHERE tablename = 'theirs'", String.class))
                .isEqualTo(user);
        database.execute("DROP OWNED BY " + user);
    }
}
