package dev.migrator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.migrator.expected.ByHand;
import dev.migrator.faults.Await;
import dev.migrator.problem.Problem;
import dev.migrator.schema.SchemaReading;
import dev.migrator.testkit.OpenTransaction;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What could hurt a table in use is never done, and what is done does not hurt it. */
@PostgresTest
class AdditiveOnlyTest {

    private Expectation service;
    private TestDatabase database;

    @BeforeEach
    void service(TestDatabase database, @TempDir Path path) {
        this.database = database;
        service = new Expectation(database, path);
    }

    static Stream<Arguments> unsafe() {
        return Stream.of(
                Arguments.of("CREATE TABLE t (id int, n text NOT NULL);", "column public.t.n", """
                        ALTER TABLE public.t ADD COLUMN n text;
                        -- then fill it, in batches: UPDATE public.t SET n = … WHERE n IS NULL
                        -- and in a migration after that, with -- migrator: no-transaction at its head:
                        ALTER TABLE public.t ADD CONSTRAINT t_n_not_null CHECK (n IS NOT NULL) NOT VALID;
                        ALTER TABLE public.t VALIDATE CONSTRAINT t_n_not_null;
                        ALTER TABLE public.t ALTER COLUMN n SET NOT NULL;
                        ALTER TABLE public.t DROP CONSTRAINT t_n_not_null;"""),
                Arguments.of("CREATE TABLE t (id int, u uuid DEFAULT gen_random_uuid());", "column public.t.u", """
                        ALTER TABLE public.t ADD COLUMN u uuid;
                        ALTER TABLE public.t ALTER COLUMN u SET DEFAULT gen_random_uuid();
                        -- then fill it, in batches: UPDATE public.t SET u = … WHERE u IS NULL"""),
                Arguments.of("CREATE TABLE t (id int, i int GENERATED ALWAYS AS IDENTITY);", "column public.t.i", """
                        -- writes the whole table anew under its lock
                        ALTER TABLE public.t ADD COLUMN i integer GENERATED ALWAYS AS IDENTITY;"""),
                Arguments.of(
                        "CREATE TABLE t (id int, g int GENERATED ALWAYS AS (id * 2) STORED);",
                        "column public.t.g",
                        """
                        -- writes the whole table anew under its lock
                        ALTER TABLE public.t ADD COLUMN g integer GENERATED ALWAYS AS ((id * 2)) STORED;"""),
                Arguments.of("CREATE TABLE t (id bigint);", "column public.t.id", """
                        -- may write the whole table anew under its lock
                        ALTER TABLE public.t ALTER COLUMN id TYPE bigint;"""),
                Arguments.of("CREATE TABLE t (id int NOT NULL);", "column public.t.id", """
                        -- migrator: no-transaction
                        ALTER TABLE public.t ADD CONSTRAINT t_id_not_null CHECK (id IS NOT NULL) NOT VALID;
                        ALTER TABLE public.t VALIDATE CONSTRAINT t_id_not_null;
                        ALTER TABLE public.t ALTER COLUMN id SET NOT NULL;
                        ALTER TABLE public.t DROP CONSTRAINT t_id_not_null;"""),
                Arguments.of("CREATE TABLE t (id int, CONSTRAINT k CHECK (id > 0));", "constraint public.t.k", """
                        -- migrator: no-transaction
                        ALTER TABLE public.t DROP CONSTRAINT k;
                        ALTER TABLE public.t ADD CONSTRAINT k CHECK ((id > 0)) NOT VALID;
                        ALTER TABLE public.t VALIDATE CONSTRAINT k;"""),
                Arguments.of("CREATE TABLE t (id int); CREATE INDEX i ON t (id);", "index public.t.i", """
                        -- migrator: no-transaction
                        DROP INDEX CONCURRENTLY public.i;
                        CREATE INDEX CONCURRENTLY i ON public.t USING btree (id);"""),
                Arguments.of("CREATE TABLE t (id int, PRIMARY KEY (id));", "constraint public.t.t_pkey", """
                        -- migrator: no-transaction
                        -- first see that no two rows have the same (id)
                        CREATE UNIQUE INDEX CONCURRENTLY t_pkey ON public.t (id);
                        ALTER TABLE public.t ADD CONSTRAINT t_pkey PRIMARY KEY USING INDEX t_pkey;"""),
                Arguments.of("CREATE TABLE t (id int); CREATE UNIQUE INDEX u ON t (id);", "index public.t.u", """
                        -- migrator: no-transaction
                        -- first see that no two rows have the same key
                        CREATE UNIQUE INDEX CONCURRENTLY u ON public.t USING btree (id);"""),
                Arguments.of(
                        "CREATE TABLE t (id int); ALTER TABLE t ENABLE ROW LEVEL SECURITY;", "table public.t", """
                        ALTER TABLE public.t ENABLE ROW LEVEL SECURITY;"""));
    }

    @ParameterizedTest
    @MethodSource("unsafe")
    void whatIsNotSafeIsLeftToAPersonWithTheTextOfAMigration(String expected, String object, String migration) {
        database.execute(
                "CREATE TABLE t (id int, CONSTRAINT k CHECK (id > -1))",
                "CREATE INDEX i ON t (id DESC)",
                "INSERT INTO t VALUES (1)");
        service.files.write("t.sql", expected);
        String before = service.schema();

        ReconcileReport report = service.reconcile();

        assertThat(report.done()).isEmpty();
        assertThat(service.schema()).isEqualTo(before);
        ByHand finding = report.left().byHand().stream()
                .filter(one -> one.object().label().equals(object))
                .findFirst()
                .orElseThrow();
        assertThat(finding.text()).isEqualTo(migration);
        assertThat(report.problems()).extracting(Problem::text).anyMatch(text -> text.contains(migration));
    }

    /** To the draft belongs what the fix would add by itself, since migrations run first. */
    @Test
    void theDraftOfASerialColumnRunsBeforeAndAfterTheFix() {
        database.execute("CREATE TABLE t (id int)", "INSERT INTO t VALUES (1)");
        service.files.write("t.sql", "CREATE TABLE t (id int, n serial);");
        String before = service.look().drafts().get(0);

        String after = service.reconcile().drafts().get(0);

        assertThat(after).isEqualTo(before);
        database.execute(after, "UPDATE t SET n = DEFAULT");
        assertThat(service.reconcile().left().missing()).isEmpty();
        try (TestDatabase fresh = TestDatabase.create()) {
            fresh.execute("CREATE TABLE t (id int)", before);
        }
    }

    /** Nothing is said to be added when the server refused it because something else has the name. */
    @Test
    void aNameThatSomethingElseHasIsToldAsAFailure() {
        database.execute(
                "CREATE VIEW t AS SELECT 1 AS id", "CREATE TABLE other (id int CONSTRAINT u_pkey PRIMARY KEY)");
        service.files.write("t.sql", "CREATE TABLE t (id int); CREATE TABLE u (id int PRIMARY KEY);");

        ReconcileReport report = service.reconcile();

        assertThat(report.done()).isEmpty();
        assertThat(report.failures())
                .extracting(Problem::text)
                .anyMatch(text -> text.startsWith("table public.t: ") && text.contains("\"t\" already exists"))
                .anyMatch(text -> text.startsWith("table public.u: ") && text.contains("\"u_pkey\" already exists"));
    }

    @Test
    void aTableWithoutRowsTakesAnyColumn() {
        database.execute("CREATE TABLE t ()");
        service.files.write("t.sql", "CREATE TABLE t (id serial, n text NOT NULL, u uuid DEFAULT gen_random_uuid());");

        service.reconcile().orThrow();

        assertThat(service.look().left().isEmpty()).isTrue();
    }

    @Test
    void whatIsBesidesIsLeftAlone() {
        database.execute("CREATE TABLE t (id int, more int)", "CREATE INDEX i ON t (more)", "CREATE TABLE other ()");
        service.files.write("t.sql", "CREATE TABLE t (id int);");

        assertThat(service.reconcile().left().isEmpty()).isTrue();
    }

    @Test
    void noRowIsWrittenAnewForAColumnWithADefault() {
        database.execute("CREATE TABLE t (id int)", "INSERT INTO t VALUES (1)");
        String file = "SELECT pg_relation_filenode('t')::text || ' ' || xmin::text FROM t";
        String before = database.value(file, String.class);
        service.files.write(
                "t.sql", "CREATE TABLE t (id int, n int NOT NULL DEFAULT 7, at timestamptz NOT NULL DEFAULT now());");

        service.reconcile().orThrow();

        assertThat(database.value(file, String.class)).isEqualTo(before);
        assertThat(database.value("SELECT n FROM t WHERE at <= now()", Integer.class))
                .isEqualTo(7);
    }

    @Test
    void anInvalidIndexIsBuiltAgain() {
        database.execute(
                "CREATE TABLE t (id int)",
                "CREATE INDEX i ON t (id)",
                "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'i'::regclass");
        service.files.write("t.sql", "CREATE TABLE t (id int); CREATE INDEX i ON t (id);");
        assertThat(service.look().isComplete()).isFalse();
        assertThat(service.look().text()).contains("INVALID").contains("DROP INDEX CONCURRENTLY public.i");

        assertThat(service.reconcile().done()).extracting(Reconciled::subject).containsExactly("index public.t.i");
        assertThat(database.value("SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass", Boolean.class))
                .isTrue();
    }

    @Test
    void rowsThatBreakAForeignKeyAreToldAndItStaysNotValid() {
        database.execute("CREATE TABLE p (id int PRIMARY KEY)", "CREATE TABLE t (p int)", "INSERT INTO t VALUES (5)");
        service.files.write("t.sql", "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE t (p int REFERENCES p);");

        assertThatThrownBy(() -> service.reconcile().orThrow()).hasMessageContaining("23503");

        database.execute("INSERT INTO p VALUES (5)");
        assertThat(service.reconcile().orThrow().done()).hasSize(1);
        assertThat(database.value("SELECT convalidated FROM pg_constraint WHERE conname = 't_p_fkey'", Boolean.class))
                .isTrue();
    }

    @Test
    void aStepGivesWayToOthersAndIsTriedAgain() throws Exception {
        database.execute("CREATE TABLE t (id int)", "INSERT INTO t VALUES (1)");
        service.files.write("t.sql", "CREATE TABLE t (id int, n int);");
        try (OpenTransaction other = OpenTransaction.of(database, "SELECT * FROM t")) {
            CompletableFuture<ReconcileReport> report =
                    CompletableFuture.supplyAsync(() -> service.builder(ExpectedSchemaMode.OFF)
                            .lockTimeout(Duration.ofMillis(500))
                            .build()
                            .reconcile(ReconcileOptions.FIX));
            awaitWaiting();
            // whoever comes meanwhile is not stopped by the queue for longer than the lock time-out
            try (Connection reader = database.connect();
                    Statement read = reader.createStatement()) {
                read.execute("SET lock_timeout = '20s'");
                read.execute("SELECT * FROM t");
            }
            assertThat(report).isNotDone();
            other.rollback();
            assertThat(report.get().isComplete()).isTrue();
        }
    }

    private void awaitWaiting() {
        Await.until(
                "it waits",
                () -> database.value(
                        "SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = current_database()"
                                + " AND wait_event_type = 'Lock'",
                        Boolean.class));
    }

    /** The claim stands in the transaction of the addition: nobody has to remember it. */
    @Test
    void aBackfillThatASessionDidNotSurviveIsRunByTheNext() {
        database.execute("CREATE TABLE t (id int)", "INSERT INTO t VALUES (1)");
        service.files
                .write("t.sql", "CREATE TABLE t (id int, n int);")
                .write("t.backfill.sql", "SELECT pg_terminate_backend(pg_backend_pid());");
        assertThatThrownBy(service::reconcile).isNotNull();

        service.files.write("t.backfill.sql", "UPDATE t SET n = 5;");
        List<Reconciled> done = service.reconcile().orThrow().done();

        assertThat(done).extracting(Reconciled::subject).containsExactly("backfill t");
        assertThat(database.value("SELECT n FROM t", Integer.class)).isEqualTo(5);
    }

    /** Hostile names, and objects that need each other against their names' order. */
    @Test
    void aWholeSchemaComesFromNothing() throws IOException {
        try (var in = SchemaReading.class.getResourceAsStream("tangled.sql");
                TestDatabase twin = database.copy()) {
            String files = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            service.files.write("all.sql", files);
            twin.execute(files);

            service.reconcile().orThrow();

            assertThat(SchemaReading.read(database, "public", "Main.Office").text())
                    .isEqualTo(SchemaReading.read(twin, "public", "Main.Office").text());
            assertThat(service.look().problems()).isEmpty();
        }
    }

    @Test
    void commentsOfAViewsColumnsAreAddedWhereThereAreNone() {
        String view = "CREATE VIEW v AS SELECT 1 AS one, 2 AS \"tw o\";";
        database.execute(view, "CREATE VIEW w AS SELECT 1 AS one", "COMMENT ON COLUMN w.one IS 'theirs'");
        service.files.write(
                "v.sql",
                view + "COMMENT ON COLUMN v.one IS 'it''s'; COMMENT ON COLUMN v.\"tw o\" IS 'b, IS c';"
                        + " CREATE VIEW w AS SELECT 1 AS one; COMMENT ON COLUMN w.one IS 'ours';");

        ReconcileReport report = service.reconcile().orThrow();

        assertThat(service.schema()).contains("column comments: one IS 'it''s', \"tw o\" IS 'b, IS c'");
        assertThat(service.schema()).contains("column comments: one IS 'theirs'");
        assertThat(report.left().byHand())
                .extracting(ByHand::text)
                .containsExactly("COMMENT ON COLUMN public.w.one IS 'ours';");
    }
}
