package dev.migrator.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

@PostgresTest
class TestDatabaseTest {

    private static final String IS_THERE = "select exists (select from pg_database where datname = ?)";

    @Test
    void eachDatabaseIsEmptyAndApart(TestDatabase one) {
        one.execute("create table thing (id int)");

        try (TestDatabase other = TestDatabase.create()) {
            assertThat(other.name()).isNotEqualTo(one.name());
            assertThat(other.exists("thing")).isFalse();
            assertThat(one.exists("thing")).isTrue();
        }
    }

    @Test
    void copyHasTheContentsOfItsOriginal(TestDatabase original) {
        original.execute("create table thing (id int)", "insert into thing values (7)");

        try (TestDatabase copy = original.copy()) {
            assertThat(copy.value("select id from thing", Integer.class)).isEqualTo(7);
        }
    }

    @Test
    void closingDropsItUnderAnOpenSession(TestDatabase witness) throws SQLException {
        TestDatabase database = TestDatabase.create();
        try (Connection connection = database.connect()) {
            database.close();

            assertThat(witness.value(IS_THERE, Boolean.class, database.name())).isFalse();
            assertThat(connection.isValid(1)).isFalse();
        }
    }

    @Test
    void closingDropsItInSpiteOfAPreparedTransaction(TestDatabase witness) {
        TestDatabase database = TestDatabase.create();
        database.execute("begin; create table thing (id int); prepare transaction 'it''s left'");

        database.close();

        assertThat(witness.value(IS_THERE, Boolean.class, database.name())).isFalse();
    }

    @Test
    void queryKeepsColumnsInOrderAndNulls(TestDatabase database) {
        List<Map<String, Object>> rows = database.query("select ?::int as z, null::text as a", 5);

        assertThat(rows).hasSize(1);
        assertThat(rows.get(0)).containsExactly(Map.entry("z", 5), entryOfNull("a"));
    }

    @Test
    void valueComesAsTheTypeThatTheTestMeans(TestDatabase database) {
        assertThat(database.value("select count(*) from pg_class where false", Integer.class))
                .isZero();
        assertThat(database.value("select '{\"a\": 1}'::jsonb", String.class)).isEqualTo("{\"a\": 1}");
        assertThat(database.value("select null::int", Integer.class)).isNull();
    }

    @Test
    void valueOfNoRowOrOfTwoFails(TestDatabase database) {
        assertThatThrownBy(() -> database.value("select 1 where false", Integer.class))
                .isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> database.value("select generate_series(1, 2)", Integer.class))
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void failureNamesTheDatabaseAndKeepsTheCause(TestDatabase database) {
        assertThatThrownBy(() -> database.execute("select 1 from nowhere"))
                .hasMessageContaining(database.name())
                .hasMessageContaining("nowhere")
                .hasCauseInstanceOf(SQLException.class);
    }

    @Test
    void userMayLogInAndGoesWithTheDatabase(TestDatabase witness) throws SQLException {
        TestDatabase database = TestDatabase.create();
        String user = database.createUser("reader");
        try (database;
                Connection connection = DriverManager.getConnection(database.urlFor(user))) {
            assertThat(connection.getMetaData().getUserName()).isEqualTo(user);
        }

        assertThat(witness.value("select exists (select from pg_roles where rolname = ?)", Boolean.class, user))
                .isFalse();
    }

    @Test
    void jdbcUrlAndDataSourceNeedNothingElse(TestDatabase database) throws SQLException {
        try (Connection byUrl = DriverManager.getConnection(database.jdbcUrl());
                Connection bySource = database.dataSource().getConnection()) {
            assertThat(byUrl.getCatalog()).isEqualTo(database.name());
            assertThat(bySource.getCatalog()).isEqualTo(database.name());
        }
    }

    private static Map.Entry<String, Object> entryOfNull(String key) {
        return new java.util.AbstractMap.SimpleEntry<>(key, null);
    }
}
