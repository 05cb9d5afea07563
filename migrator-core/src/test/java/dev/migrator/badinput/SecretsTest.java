package dev.migrator.badinput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.migrator.execute.RunReport;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No secret and no control character leaves by an exception, a log line or a row. */
@PostgresTest
class SecretsTest {

    private static final String SECRET = "hunter2-Secret";

    @TempDir
    private Path path;

    private static String withStackTrace(Throwable thrown) {
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE ROLE app LOGIN PASSWORD 'hunter2-Secret' NOSUCHOPTION;",
                "CREATE ROLE postgres LOGIN PASSWORD 'hunter2-Secret';",
                "CREATE ROLE app ENCRYPTED PASSWORD E'hunter2-Secret' VALID UNTIL 'never';",
                "CREATE ROLE app PASSWORD $$hunter2-Secret$$ NOSUCHOPTION;",
                "ALTER ROLE app PASSWORD \"hunter2-Secret\";",
                "CREATE USER MAPPING FOR postgres SERVER nowhere OPTIONS (user 'u', password 'hunter2-Secret');",
                "DO $$ BEGIN EXECUTE 'CREATE ROLE postgres PASSWORD ''hunter2-Secret'''; END $$;",
                "SELECT nothing('host=x password=hunter2-Secret');",
                "SELECT nothing('postgres://app:hunter2-Secret@db/x');",
                "ALTER ROLE app\n  PASSWORD\n  'hunter2-Secret'\n NOSUCHOPTION;",
                "SELECT 'PASSWORD ''hunter2-Secret'''::int;",
            })
    void aPasswordInAFailingStatementIsShownNowhere(String statement, TestDatabase database) {
        Trial trial = new Trial(database, path).write("001-role.sql", "-- head", statement);
        try (RecordedLog log = new RecordedLog()) {
            RunReport report = trial.migrate();
            MigratorException thrown = catchThrowableOfType(MigratorException.class, report::orThrow);

            assertThat(thrown.first().subject()).startsWith(trial.shown("001-role.sql:"));
            assertThat(withStackTrace(thrown)).doesNotContain(SECRET);
            assertThat(report.toString()).doesNotContain(SECRET);
            assertThat(log.text()).contains("001-role failed").doesNotContain(SECRET);
        }
        assertThat(trial.everythingRecorded()).contains("001-role").doesNotContain(SECRET);
        assertThat(trial.migrator().status().toString()).doesNotContain(SECRET);
    }

    @Test
    void aPasswordWithoutItsQuotesIsNotRepeatedAfterTheServer(TestDatabase database) {
        Trial trial = new Trial(database, path).write("001-role.sql", "CREATE ROLE app PASSWORD hunter2Secret;");
        try (RecordedLog log = new RecordedLog()) {
            Problem problem = trial.failed();

            assertThat(problem.text()).contains("syntax error").doesNotContain("hunter2Secret");
            assertThat(log.text()).doesNotContain("hunter2Secret");
        }
        assertThat(trial.everythingRecorded()).doesNotContain("hunter2Secret");
    }

    @Test
    void rowsOfPersonsStayOutOfTheHistory(TestDatabase database) {
        Trial trial = new Trial(database, path)
                .write(
                        "001-data.sql",
                        "CREATE TABLE t (email text CONSTRAINT one_email UNIQUE);",
                        "INSERT INTO t VALUES ('ann@example.org'), ('ann@example.org');");

        assertThat(trial.failed().description()).contains("Detail: Key (email)=(ann@example.org) already exists.");

        assertThat(trial.everythingRecorded())
                .contains("23505", "(constraint one_email)")
                .doesNotContain("ann@example.org");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql://localhost/x?user=app&password=hunter2-Secret&nonsense=%zz",
                "jdbc:postgresql://app:hunter2-Secret@localhost:abc/x",
                "postgres://app:hunter2-Secret@localhost/x",
                "jdbc:mysql://localhost/x?password=hunter2-Secret",
                "jdbc:postgresql://localhost:1/x?user=app&password=hunter2-Secret",
                "jdbc:postgresql://localhost:1/x?user=app&password=hunter2-Secret&sslmode=nonsense",
                "jdbc:postgresql://localhost:1/x?user=app&password=hunter2-Secret&connectTimeout=soon",
            })
    void aPasswordInAUrlIsShownNowhere(String url, TestDatabase database) {
        Trial trial = new Trial(database, path).write("001-a.sql", "SELECT 1;").at(url);
        try (RecordedLog log = new RecordedLog()) {
            MigratorException refusal = trial.refusal();

            assertThat(refusal.first().code()).isEqualTo(ProblemCode.CONNECTION);
            assertThat(refusal.first().description()).isNotBlank();
            assertThat(withStackTrace(refusal)).doesNotContain(SECRET);
            assertThat(log.text()).doesNotContain(SECRET);
        }
    }

    /** The driver has a log of its own. */
    @Test
    void credentialsBeforeTheHostNeverReachTheDriver(TestDatabase database) {
        List<String> logged = new ArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord record) {
                logged.add(new SimpleFormatter().formatMessage(record));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger driver = Logger.getLogger("org.postgresql");
        driver.addHandler(handler);
        try {
            Problem problem = new Trial(database, path)
                    .write("001-a.sql", "SELECT 1;")
                    .at("jdbc:postgresql://app:hunter2-Secret@localhost/x")
                    .refused();

            assertThat(problem.code()).isEqualTo(ProblemCode.CONNECTION);
            assertThat(problem.subject()).isEqualTo("localhost/x");
            assertThat(problem.description()).contains("credentials before its host");
            assertThat(logged).noneMatch(line -> line.contains(SECRET));
        } finally {
            driver.removeHandler(handler);
        }
    }

    @Test
    void htmlIsTextLikeAnyOther(TestDatabase database) {
        Trial trial = new Trial(database, path)
                .write("001-<b>x & y.sql", "SELECT 1;")
                .write("002-<script>.sql", "SELECT \"<img src=x onerror=\"\"alert(1)\"\">\";");

        assertThat(trial.failed().description()).contains("\"<img src=x onerror=\"alert(1)\">\"");

        assertThat(trial.history()).containsExactly("001-<b>x & y success", "002-<script> failed");
        assertThat(trial.everythingRecorded()).contains("<img src=x onerror=\"alert(1)\">");
    }

    @Test
    void controlCharactersOfTheServersWordsReachNoLogLine(TestDatabase database) {
        Trial trial = new Trial(database, path)
                .write(
                        "001-raise.sql",
                        "DO $$ BEGIN RAISE EXCEPTION E'one\\r\\nINFO forged\\x1b[31m \\u202e' USING",
                        "  DETAIL = E'two\\nINFO forged\\u2066', HINT = E'three\\rINFO forged',",
                        "  CONSTRAINT = E'c\\nINFO forged'; END $$;");
        try (RecordedLog log = new RecordedLog()) {
            trial.failed();

            assertThat(log.text()).contains("forged");
            assertThat(log.text().lines()).noneMatch(line -> line.startsWith("INFO forged"));
            assertThat(log.text()).doesNotContain("\r", "\u001b", "\u202e", "\u2066");
        }
        assertThat(database.value("SELECT error_message FROM schema_migrations", String.class))
                .contains("one\\r\\nINFO forged\\u001b[31m \\u202e")
                .doesNotContain("\n", "\r", "\u001b", "\u202e");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nINFO forged", "a\rINFO forged", "a\u001b[31m", "a\u202eb", "a\u2028b"})
    void controlCharactersOfNamesReachNoLogLine(String title, TestDatabase database) {
        Trial trial = new Trial(database, path).write("001-" + title + ".sql", "SELECT 1/0;");
        String raw = title.replaceAll("[a-zA-Z \\[0-9]", "");
        try (RecordedLog log = new RecordedLog()) {
            MigratorException thrown = catchThrowableOfType(
                    MigratorException.class, () -> trial.migrate().orThrow());

            assertThat(thrown).hasMessageNotContaining(raw.equals("\n") ? "\nINFO" : raw);
            assertThat(log.text().lines()).noneMatch(line -> line.startsWith("INFO forged"));
            assertThat(log.text().replace("\n", "")).doesNotContain(raw.replace("\n", "\r"));
        }
    }
}
