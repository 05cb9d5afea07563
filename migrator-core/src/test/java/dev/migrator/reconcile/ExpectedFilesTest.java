package dev.migrator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.migrator.SchemaSide;
import dev.migrator.schema.SchemaDiff;
import dev.migrator.schema.SchemaReading;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What expected files may say, how the server reads them, and what is refused. */
@PostgresTest
class ExpectedFilesTest {

    private static final String EVERYTHING = """
            CREATE SCHEMA IF NOT EXISTS billing;
            CREATE TYPE mood AS ENUM ('sad', 'happy');
            CREATE DOMAIN public.email AS text CHECK (VALUE LIKE '%@%');
            CREATE TYPE billing.money2 AS (amount numeric, currency text);
            CREATE SEQUENCE billing.numbers START 1000;
            CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$
              BEGIN NEW.note := (SELECT max(note) FROM billing.invoices); RETURN NEW; END $$;
            CREATE TABLE people (
              id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
              mood mood NOT NULL DEFAULT 'happy',
              mail email,
              number bigint DEFAULT nextval('billing.numbers'),
              code serial,
              state varchar(20) DEFAULT 'new' CHECK (state IN ('new', 'paid')),
              size int CHECK (size BETWEEN 1 AND 9 AND size <> 5),
              UNIQUE (mail)
            );
            CREATE INDEX people_new ON people (size) WHERE state IN ('new', 'paid') AND size BETWEEN 1 AND 3 AND size <> 2;
            CREATE VIEW paying AS SELECT id FROM people WHERE state NOT IN ('new', 'old') AND (id, size) IN ((1, 2), (3, 4), (5, 6));
            CREATE TABLE billing.invoices (
              id bigint, at date NOT NULL, person bigint REFERENCES public.people, note text, price billing.money2,
              PRIMARY KEY (id, at)
            ) PARTITION BY RANGE (at);
            CREATE TABLE billing.invoices_25 PARTITION OF billing.invoices FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
            CREATE TABLE billing.rest PARTITION OF billing.invoices DEFAULT;
            CREATE TABLE billing.invoices_26 PARTITION OF billing.invoices (note DEFAULT 'late', price NOT NULL, CHECK (id > 6))
              FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
            COMMENT ON COLUMN billing.invoices_26.note IS 'when it was late';
            CREATE INDEX ON billing.invoices (person);
            CREATE INDEX people_mood ON people (mood) WHERE mail IS NOT NULL;
            CREATE TRIGGER stamp BEFORE INSERT ON billing.invoices FOR EACH ROW EXECUTE FUNCTION stamp();
            ALTER TABLE people ENABLE ROW LEVEL SECURITY;
            CREATE POLICY own ON people USING (id = 1);
            CREATE VIEW billing.open AS SELECT i.id, p.mail FROM billing.invoices i JOIN people p ON p.id = i.person;
            CREATE MATERIALIZED VIEW sums WITH (fillfactor = 90) AS SELECT at, count(*) AS n FROM billing.invoices GROUP BY at WITH DATA;
            CREATE INDEX sums_at ON sums (at);
            CREATE TABLE base (a int CHECK (a > 0));
            CREATE TABLE child (b int, a int NOT NULL DEFAULT 7) INHERITS (base);
            COMMENT ON TABLE billing.invoices IS 'what is owed';
            COMMENT ON COLUMN people.mail IS 'one each';
            COMMENT ON SCHEMA billing IS 'money';
            COMMENT ON CONSTRAINT people_pkey ON people IS 'the key';
            """;

    private Expectation service;
    private TestDatabase database;

    @BeforeEach
    void service(TestDatabase database, @TempDir Path path) {
        this.database = database;
        service = new Expectation(database, path);
    }

    /** The server reads the same text at home: what was added must be what it would have made itself. */
    @Test
    void whatIsAddedIsWhatTheFilesWouldHaveMade() {
        service.files.write("all.sql", EVERYTHING);

        service.reconcile().orThrow();

        try (TestDatabase twin = TestDatabase.create()) {
            twin.execute(EVERYTHING);
            assertThat(SchemaReading.read(database, "public", "billing").text())
                    .isEqualTo(SchemaReading.read(twin, "public", "billing").text());
        }
        assertThat(service.look().left().isEmpty()).isTrue();
        SchemaDiff diff = service.migrator(ExpectedSchemaMode.OFF).diff(SchemaSide.EXPECTED, SchemaSide.LIVE);
        assertThat(diff.text()).isEmpty();
    }

    @Test
    void nothingOfTheScratchSchemaStays() {
        service.files.write("all.sql", EVERYTHING);
        service.look();

        assertThat(database.query("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'migrator%'"))
                .isEmpty();
        assertThat(database.exists("people")).isFalse();
    }

    @Test
    void filesMayNameWhatALaterFileCreates() {
        service.files
                .write("a.sql", "CREATE TABLE a (b int REFERENCES b (id));")
                .write("b.sql", "CREATE TABLE b (id int PRIMARY KEY);");

        assertThat(service.reconcile().orThrow().done())
                .extracting(Reconciled::subject)
                .containsExactly(
                        "table public.b",
                        "table public.a",
                        "constraint public.a.a_b_fkey",
                        "constraint public.a.a_b_fkey (completed)");
    }

    /** The database has a table of that name already: it must be neither taken for the file's nor locked. */
    @Test
    void aTableThatALaterFileCreatesIsNotTheRealOne() throws Exception {
        database.execute("CREATE TABLE tenants (id bigint PRIMARY KEY)", "CREATE SEQUENCE numbers");
        service.files
                .write(
                        "a-staff.sql",
                        "CREATE TABLE staff (tenant bigint REFERENCES tenants (id)); ALTER SEQUENCE numbers CACHE 5;")
                .write("tenants.sql", "CREATE TABLE tenants (id bigint PRIMARY KEY); CREATE SEQUENCE numbers;");
        try (Connection other = database.connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("INSERT INTO tenants VALUES (1); SELECT nextval('numbers')");

            assertThat(service.look().left().missing()).isNotEmpty();

            other.rollback();
        }
    }

    @Test
    void typesAndFunctionsOfTheDatabaseMayBeUsed() {
        database.execute(
                "CREATE TYPE live AS ENUM ('x')",
                "CREATE FUNCTION f() RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT 1'");
        service.files.write("a.sql", "CREATE TABLE a (l live DEFAULT 'x', p public.live, n int DEFAULT f());");

        service.reconcile().orThrow();

        assertThat(service.look().left().isEmpty()).isTrue();
    }

    @Test
    void aTableThatNoFileCreatesIsRefusedBeforeItIsLocked() throws Exception {
        database.execute("CREATE TABLE live (id int PRIMARY KEY)");
        try (Connection other = database.connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("LOCK TABLE live IN ACCESS EXCLUSIVE MODE");
            for (String ddl : new String[] {
                "CREATE TABLE a (l int REFERENCES live);",
                "CREATE TABLE a (LIKE live);",
                "CREATE TABLE a () INHERITS (live);",
                "CREATE TABLE a PARTITION OF public.live DEFAULT;",
                "CREATE INDEX i ON live (id);",
                "ALTER TABLE ONLY live ADD x int;",
                "CREATE TRIGGER t BEFORE INSERT ON live EXECUTE FUNCTION f();",
                "CREATE POLICY p ON live USING (true);",
                "CREATE RULE r AS ON INSERT TO live DO NOTHING;",
                "COMMENT ON TYPE live IS 'x';",
                "COMMENT ON FUNCTION live() IS 'x';",
                "COMMENT ON SCHEMA live IS 'x';",
                "COMMENT ON TABLE live IS 'x';",
                "COMMENT ON COLUMN public.live.id IS 'x';",
                "COMMENT ON CONSTRAINT live_pkey ON live IS 'x';"
            }) {
                service.files.write("a.sql", "-- first line\n" + ddl);
                assertThatThrownBy(service::look)
                        .as(ddl)
                        .hasMessageContaining("a.sql:2:1")
                        .hasMessageContaining("live, which no expected file creates");
            }
            other.rollback();
        }
    }

    @Test
    void whatIsNoDeclarationIsRefused() {
        for (String sql : new String[] {
            "INSERT INTO a VALUES (1);",
            "DROP TABLE a;",
            "SELECT 1;",
            "DO $$ BEGIN END $$;",
            "SET search_path = x;",
            "CREATE TEMP TABLE a ();",
            "CREATE TABLE a AS SELECT 1 AS x;",
            "CREATE INDEX CONCURRENTLY i ON a (x);",
            "CREATE DATABASE a;",
            "GRANT SELECT ON a TO PUBLIC;",
            "COMMENT ON DATABASE a IS 'x';",
            "CREATE FUNCTION f() RETURNS int LANGUAGE sql SET search_path FROM CURRENT AS 'SELECT 1';",
            "BEGIN; COMMIT;"
        }) {
            service.files.write("a.sql", sql);
            assertThatThrownBy(service::look).as(sql).hasMessageContaining("a.sql:1:1");
        }
    }

    @Test
    void whatTheServerCantReadIsToldWithItsPlace() {
        service.files.write("a.sql", "CREATE TABLE a (id int);\n\n  CREATE TABLE b (id nothing);");
        assertThatThrownBy(service::look)
                .hasMessageContaining("a.sql:3:3")
                .hasMessageContaining("type \"nothing\" does not exist");

        service.files.write("a.sql", "CREATE TABLE a (id int;");
        assertThatThrownBy(service::look).hasMessageContaining("a.sql:1:");
    }

    /** The files that need it fail with it, each as often as there is an order to try. */
    @Test
    void theFileThatIsWrongIsToldAndNotThoseThatNeedIt() {
        service.files
                .write("a.sql", "CREATE TABLE a (id int PRIMARY KEY, x nothing);")
                .write("b.sql", "CREATE TABLE b (a int REFERENCES a (id));")
                .write("c.sql", "CREATE TABLE c (id int);")
                .write("d.sql", "CREATE TABLE d (id int);");
        assertThatThrownBy(service::look)
                .hasMessageContaining("a.sql:1:1")
                .hasMessageContaining("type \"nothing\" does not exist");
    }

    @Test
    void noFilesAndOrphanBackfillsAreTold() {
        assertThatThrownBy(service::look).hasMessageContaining("No expected file was found");
        service.files.write("a.sql", "CREATE TABLE a ();").write("b.backfill.sql", "SELECT 1;");
        assertThatThrownBy(service::look).hasMessageContaining("b.backfill.sql: There is no expected file beside");
    }

    /** The database has an older type of that name, which would be found first. */
    @Test
    void aFileThatNamesWhatALaterOneCreatesIsReadBehindIt() {
        database.execute("CREATE TYPE mood AS ENUM ('old')");
        service.files
                .write("a.sql", "CREATE TABLE a (m mood DEFAULT 'new');")
                .write("mood.sql", "CREATE TYPE mood AS ENUM ('old', 'new');");

        service.reconcile().orThrow();

        assertThat(service.look().left().isEmpty()).isTrue();
    }

    /** A column that is called as a table is leads back: the files stay as they stand. */
    @Test
    void aFileThatOnlySeemsToNeedALaterOneStaysBeforeIt() {
        database.execute("CREATE TYPE order_state AS ENUM ('new', 'paid')");
        service.files
                .write("orders.sql", """
                        CREATE TYPE order_state AS ENUM ('new', 'paid', 'refunded');
                        CREATE TABLE orders (id int, payment numeric);""")
                .write("payment.sql", "CREATE TABLE payment (id int, was order_state DEFAULT 'refunded');");

        service.reconcile().orThrow();

        assertThat(service.look().left().isEmpty()).isTrue();
    }

    /** What must be there is told from what only seems to be needed: else the view would be one of the real table. */
    @Test
    void aTableThatIsReferencedComesFirstAmongFilesThatNameEachOther() {
        database.execute(
                "CREATE TABLE tenants (id int PRIMARY KEY)", "CREATE TABLE accounts (id int PRIMARY KEY, tenant int)");
        service.files
                .write("accounts.sql", """
                        CREATE TABLE accounts (id int PRIMARY KEY, tenant int REFERENCES tenants (id), active boolean);""")
                .write("active.sql", "CREATE VIEW active AS SELECT * FROM accounts;")
                .write("tenants.sql", "CREATE TABLE tenants (id int PRIMARY KEY, accounts int);");

        service.reconcile().orThrow();

        assertThat(database.query("SELECT attname FROM pg_attribute WHERE attrelid = 'active'::regclass"))
                .hasSize(3);
        assertThat(service.look().left().isEmpty()).isTrue();
    }

    @Test
    void anExtensionThatIsMissingIsLeftToAPerson() {
        service.files.write("a.sql", "CREATE EXTENSION IF NOT EXISTS hstore;\nCREATE TABLE a ();");
        assertThatThrownBy(service::look).hasMessageContaining("CREATE EXTENSION \"hstore\"");
    }

    /** As a dump has it; to comment on the real one would wait for whoever holds it. */
    @Test
    void theCommentOfAnExtensionIsPassedOver() throws Exception {
        service.files.write("a.sql", """
                CREATE EXTENSION IF NOT EXISTS plpgsql WITH SCHEMA pg_catalog;
                COMMENT ON EXTENSION plpgsql IS 'as it was dumped';
                CREATE TABLE a ();""");
        try (Connection other = database.connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("COMMENT ON EXTENSION plpgsql IS 'held'");

            assertThat(service.look().left().missing()).hasSize(1);

            other.rollback();
        }
    }

    @Test
    void theSchemaOfTheServiceIsTheOneWithoutAName() {
        database.execute("CREATE SCHEMA \"My App\"", "CREATE TABLE public.a (x int)");
        service.files.write("a.sql", "CREATE TABLE a (id int PRIMARY KEY); CREATE VIEW v AS SELECT a.id FROM a;");
        service.builder(ExpectedSchemaMode.OFF)
                .schema("My App")
                .build()
                .reconcile(ReconcileOptions.FIX)
                .orThrow();

        assertThat(database.exists("\"My App\".a")).isTrue();
        assertThat(database.exists("public.v")).isFalse();
    }

    @Test
    void aRoleThatMayOnlyCreateIsEnough() {
        String user = database.createUser("app");
        database.execute(
                "GRANT CREATE ON DATABASE " + database.name() + " TO " + user, "CREATE SCHEMA s AUTHORIZATION " + user);
        service.files.write("a.sql", "CREATE TABLE a (id int PRIMARY KEY);");
        service.builder(ExpectedSchemaMode.OFF)
                .connection(database.urlFor(user), null, null)
                .schema("s")
                .build()
                .reconcile(ReconcileOptions.FIX)
                .orThrow();

        assertThat(database.exists("s.a")).isTrue();
    }
}
