package dev.migrator.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.migrator.execute.RunReport;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import dev.migrator.testkit.WireProxy;
import dev.migrator.testkit.WireProxy.Cut;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A run ends at a statement that can't be in a transaction, before the server has it or before anybody hears the answer.
 * The next start counts as done what that statement has done, and nothing else.
 */
@PostgresTest
@ExtendWith(Quiet.class)
@Timeout(120)
class MeanwhileTest {

    private static final String WORD = "CREATE INDEX CONCURRENTLY t_word ON t (word);";

    private MigrationFolder folder;

    @BeforeEach
    void tables(@TempDir Path path, TestDatabase database) {
        folder = new MigrationFolder(path);
        folder.write("001-tables.sql", """
                CREATE TABLE log (k int);
                CREATE TABLE t (id int, word text);
                INSERT INTO t VALUES (1, 'a'), (2, 'b');
                CREATE TABLE parted (id int) PARTITION BY LIST (id);
                CREATE TABLE part (id int);
                """);
        migrate(database).orThrow();
    }

    private RunReport migrate(TestDatabase database) {
        return migrate(database.jdbcUrl());
    }

    private RunReport migrate(String url) {
        return MigrateMain.migrator(url, folder.location())
                .connectionRetry(0, Duration.ZERO)
                .build()
                .migrate();
    }

    private void write(String statement) {
        folder.write("002-work.sql", "INSERT INTO log VALUES (1);\n" + statement + "\nINSERT INTO log VALUES (2);\n");
    }

    /** The run is over when the statement is on its way. */
    private void lose(TestDatabase database, Cut side, String statement) {
        write(statement);
        String head = statement.substring(0, statement.indexOf(' ', statement.indexOf(' ') + 1));
        try (WireProxy proxy = WireProxy.to(database)) {
            proxy.onClientMessage(message -> {
                if (message.text().startsWith(head)) {
                    proxy.cutAtClientMessage(message.number(), side);
                }
            });
            assertThatThrownBy(() -> migrate(proxy.jdbcUrl(database))).isInstanceOf(MigratorException.class);
        }
        assertThat(database.query("SELECT status FROM schema_migrations WHERE version = '002'")
                        .toString())
                .isEqualTo("[{status=running}]");
    }

    private Problem failure(TestDatabase database) {
        RunReport report = migrate(database);
        assertThat(report.failed()).isEqualTo(1);
        return Objects.requireNonNull(report.results().get(0).problem());
    }

    private void isDone(TestDatabase database) {
        migrate(database).orThrow();
        assertThat(database.query("SELECT k FROM log ORDER BY k").toString()).isEqualTo("[{k=1}, {k=2}]");
    }

    private static List<String> indexes(TestDatabase database) {
        return database
                .query("SELECT indexrelid::regclass || CASE WHEN indisvalid THEN '' ELSE ' INVALID' END AS name"
                        + " FROM pg_index WHERE indrelid = 't'::regclass ORDER BY 1")
                .stream()
                .map(row -> String.valueOf(row.get("name")))
                .toList();
    }

    private static int id(TestDatabase database, String relation) {
        return database.value("SELECT to_regclass(?)::oid::int", Integer.class, relation);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE INDEX t_word ON t (id)",
                "CREATE UNIQUE INDEX t_word ON t (word)",
                "CREATE INDEX t_word ON t (word DESC)",
                "CREATE INDEX t_word ON t (word) WHERE id > 0",
                "CREATE INDEX t_word ON t (word) INCLUDE (id)",
                "CREATE INDEX t_word ON t (word COLLATE \"C\")",
                "CREATE INDEX t_word ON t (word text_pattern_ops)",
                "CREATE INDEX t_word ON t USING hash (word)",
                "CREATE INDEX t_word ON log (k)",
            })
    void anIndexOfTheSameNameThatSomebodyMadeMeanwhileIsNotTheMigrations(String other, TestDatabase database) {
        lose(database, Cut.BEFORE_FORWARDING, WORD);
        database.execute(other);
        String made = database.value("SELECT pg_get_indexdef('t_word'::regclass)", String.class);

        assertThat(failure(database).description())
                .contains("already exists", "There is already: " + made + "\n", "write IF NOT EXISTS");

        database.execute("DROP INDEX t_word");
        isDone(database);
        assertThat(database.value("SELECT pg_get_indexdef('t_word'::regclass)", String.class))
                .isEqualTo("CREATE INDEX t_word ON public.t USING btree (word)");
    }

    /** What it would have said without the crash. */
    @Test
    void theSameIndexThatWasThereBeforeTheStatementIsStillInItsWay(TestDatabase database) {
        database.execute("CREATE INDEX t_word ON t (word)");
        lose(database, Cut.BEFORE_FORWARDING, WORD);

        assertThat(failure(database).description()).contains("already exists", "There is already: CREATE INDEX t_word");
    }

    /** Written as nobody would twice: the server says what it means. */
    @Test
    void theSameIndexInOtherWordsCountsAsDone(TestDatabase database) {
        lose(
                database,
                Cut.BEFORE_FORWARDING,
                "CREATE INDEX CONCURRENTLY t_word ON ONLY public.t USING btree (lower(t.word) text_pattern_ops, (t.id + 1))"
                        + " WITH (fillfactor = 70) WHERE id IN (1, 2) /* the last */;");
        database.execute("SET search_path = pg_catalog; CREATE INDEX t_word ON public.t"
                + " (LOWER(word) text_pattern_ops ASC, ((id) + 1) ASC NULLS LAST) WITH (fillfactor = '70')"
                + " WHERE id = ANY (ARRAY[1, 2])");
        int made = id(database, "t_word");

        isDone(database);

        assertThat(id(database, "t_word")).isEqualTo(made);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "CREATE INDEX CONCURRENTLY t_word ON t (word); ~ t_word",
                "CREATE INDEX CONCURRENTLY IF NOT EXISTS \"T w\" ON t (upper(word)) WHERE id > 0; ~ \"T w\"",
                "CREATE INDEX CONCURRENTLY ON t (word); ~ t_word_idx",
                "CREATE UNIQUE INDEX CONCURRENTLY ON public.t (id, lower(word)) INCLUDE (word); ~ t_id_lower_word_idx",
            })
    void whatTheServerHasFinishedIsNotDoneAgain(String statement, String name, TestDatabase database) {
        lose(database, Cut.AFTER_FORWARDING, statement);
        Await.until("it is built", () -> indexes(database).contains(name));

        isDone(database);

        assertThat(indexes(database)).containsExactly(name);
    }

    /** Another one was there before, and stays another one. */
    @ParameterizedTest
    @ValueSource(strings = {"BEFORE_FORWARDING", "AFTER_FORWARDING"})
    void ofTwoAlikeWithoutANameOnlyTheNewOneIsTheMigrations(Cut side, TestDatabase database) {
        database.execute("CREATE INDEX ON t (word)");
        lose(database, side, "CREATE INDEX CONCURRENTLY ON t (word);");

        isDone(database);

        assertThat(indexes(database)).containsExactly("t_word_idx", "t_word_idx1");
    }

    @Test
    void duplicatesOfAnIndexWithoutANameAreToldAndNothingIsLeft(TestDatabase database) {
        database.execute("INSERT INTO t VALUES (1, 'a')");
        write("CREATE UNIQUE INDEX CONCURRENTLY ON t (id);");

        assertThat(failure(database).description())
                .contains("Duplicates:\n    (id)=(1): 2 rows\n", "Its INVALID index t_id_idx was removed.");
        assertThat(indexes(database)).isEmpty();

        database.execute("DELETE FROM t WHERE id = 1");
        isDone(database);
        assertThat(indexes(database)).containsExactly("t_id_idx");
    }

    /** Dead, of another definition, or older than the statement: nobody but its maker knows what it is for. */
    @Test
    void anInvalidIndexOfSomebodyElseStays(TestDatabase database) {
        database.execute("INSERT INTO t VALUES (1, 'a')");
        assertThatThrownBy(() -> database.execute("CREATE UNIQUE INDEX CONCURRENTLY older ON t (id)"))
                .hasStackTraceContaining("duplicate");
        lose(database, Cut.BEFORE_FORWARDING, "CREATE UNIQUE INDEX CONCURRENTLY ON t (id);");
        assertThatThrownBy(() -> database.execute("CREATE UNIQUE INDEX CONCURRENTLY other ON t (word)"))
                .hasStackTraceContaining("duplicate");

        assertThat(failure(database).description()).contains("INVALID index t_id_idx was removed");

        assertThat(indexes(database)).containsExactly("older INVALID", "other INVALID");
    }

    /** Without the right to a temporary table nobody knows; then a person is asked instead of guessing. */
    @Test
    void whereTheDefinitionCantBeComparedNothingIsTakenForDone(TestDatabase database) {
        lose(database, Cut.AFTER_FORWARDING, WORD);
        Await.until("it is built", () -> indexes(database).equals(List.of("t_word")));
        String service = database.createUser("service");
        database.execute(
                "REVOKE TEMPORARY ON DATABASE " + database.name() + " FROM PUBLIC",
                "ALTER TABLE t OWNER TO " + service,
                "GRANT CREATE ON SCHEMA public TO " + service,
                "GRANT ALL ON ALL TABLES IN SCHEMA public TO " + service,
                "GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO " + service);

        RunReport report = migrate(database.urlFor(service));

        assertThat(Objects.requireNonNull(report.results().get(0).problem()).description())
                .contains(
                        "There is already: CREATE INDEX t_word ON public.t USING btree (word)\n",
                        "Nothing proves that this statement made it.");
    }

    @Test
    void aDatabaseThatWasThereBeforeIsNotTheMigrations(TestDatabase database) {
        String other = "other_" + database.name();
        String statement = "CREATE DATABASE " + other + " TEMPLATE template0;";
        database.execute("CREATE DATABASE " + other + " TEMPLATE template0");
        try {
            lose(database, Cut.BEFORE_FORWARDING, statement);
            assertThat(failure(database).description()).contains("already exists");
            database.execute("DROP DATABASE " + other);
            lose(database, Cut.AFTER_FORWARDING, statement);
            isDone(database);
        } finally {
            database.execute("DROP DATABASE IF EXISTS " + other);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DROP INDEX CONCURRENTLY misspelt;",
                "ALTER TABLE parted DETACH PARTITION part CONCURRENTLY;",
                "COMMIT PREPARED 'misspelt';",
            })
    void whatHasNeverBeenThereIsNotGone(String statement, TestDatabase database) {
        lose(database, Cut.BEFORE_FORWARDING, statement);

        assertThat(failure(database).description()).containsAnyOf("does not exist", "is not a partition");
    }

    /** Its index is replaced by another one, or is not. */
    @ParameterizedTest
    @CsvSource({
        "REINDEX INDEX CONCURRENTLY t_id;, BEFORE_FORWARDING",
        "REINDEX INDEX CONCURRENTLY t_id;, AFTER_FORWARDING",
        "REINDEX TABLE CONCURRENTLY t;, BEFORE_FORWARDING",
        "REINDEX TABLE CONCURRENTLY t;, AFTER_FORWARDING"
    })
    void anIndexIsRebuiltOnce(String statement, Cut side, TestDatabase database) {
        database.execute("CREATE INDEX t_id ON t (id)", "CREATE INDEX t_word ON t (word)");
        int first = id(database, "t_id");
        lose(database, side, statement);
        if (side == Cut.AFTER_FORWARDING) {
            Await.until(
                    "the server is through",
                    () -> id(database, "t_id") != first && indexes(database).equals(List.of("t_id", "t_word")));
        }
        int before = id(database, "t_id");

        isDone(database);

        assertThat(before == first).isEqualTo(side == Cut.BEFORE_FORWARDING);
        assertThat(id(database, "t_id") == before).isEqualTo(side == Cut.AFTER_FORWARDING);
    }
}
