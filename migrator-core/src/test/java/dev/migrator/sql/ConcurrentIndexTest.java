package dev.migrator.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConcurrentIndexTest {

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '~',
            nullValues = "-",
            value = {
                "create index concurrently i on t (a) ~ i ~ t ~ false ~ false",
                "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS My_Ix ON ONLY S.T USING btree (a) ~ s.my_ix ~ s.t ~ true ~ true",
                "create index concurrently \"My \"\"Ix\" on \"S\".\"t\" (a) ~ S.My \"Ix ~ S.t ~ false ~ false",
                "create index /* a */ concurrently -- b ~ - ~ - ~ false ~ false",
                "create index concurrently on d.s.t (a) ~ - ~ s.t ~ false ~ false",
                "create index concurrently if on t (a) ~ if ~ t ~ false ~ false",
                "create index concurrently U&\"x\" on t (a) ~ - ~ t ~ false ~ false",
                "create index concurrently i on only (s.t) (a) ~ s.i ~ s.t ~ false ~ false",
                "drop index concurrently i ~ i ~ - ~ false ~ false",
                "drop index concurrently if exists s.I cascade ~ s.i ~ - ~ false ~ true",
                "reindex index concurrently s.i ~ s.i ~ - ~ false ~ false",
                "reindex (verbose, concurrently) index i ~ i ~ - ~ false ~ false",
                "reindex table concurrently s.t ~ - ~ s.t ~ false ~ false",
                "reindex schema concurrently s ~ - ~ - ~ false ~ false",
            })
    void namesAreThoseOfTheCatalog(String text, String index, String table, boolean unique, boolean ifExists) {
        ConcurrentIndex found = ConcurrentIndex.of(statement(text)).orElseThrow();

        assertThat(dotted(found.index())).isEqualTo(index);
        assertThat(dotted(found.table())).isEqualTo(table);
        assertThat(found.unique()).isEqualTo(unique);
        assertThat(found.ifExists()).isEqualTo(ifExists);
    }

    @ParameterizedTest
    @ValueSource(strings = {"create index i on t (a)", "drop index i", "reindex index i", "vacuum", "select 1"})
    void otherStatementsHaveNone(String text) {
        assertThat(ConcurrentIndex.of(statement(text))).isEmpty();
        assertThat(DetachedPartition.of(statement(text))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "alter table s.T detach partition \"P\" concurrently",
                "ALTER TABLE IF EXISTS ONLY s.t * DETACH PARTITION \"P\" CONCURRENTLY",
                "alter table only (s.t) detach partition \"P\" /* x */ concurrently"
            })
    void aDetachedPartitionIsNamedWithItsParent(String text) {
        assertThat(DetachedPartition.of(statement(text)))
                .contains(new DetachedPartition(new QualifiedName("s", "t"), new QualifiedName(null, "P")));
    }

    @Test
    void longNamesAreCutAsTheServerDoes() {
        assertThat(QualifiedName.unquoted("a".repeat(64))).isEqualTo("a".repeat(63));
        assertThat(QualifiedName.unquoted("\"" + "Ä".repeat(40) + "\"")).isEqualTo("Ä".repeat(31));
        assertThat(QualifiedName.unquoted("x" + "😀".repeat(16))).isEqualTo("x" + "😀".repeat(15));
        assertThat(QualifiedName.unquoted("ÄB")).isEqualTo("Äb");
    }

    private static SqlStatement statement(String text) {
        return SqlScript.parse(text).statements().get(0);
    }

    private static String dotted(QualifiedName name) {
        return name == null ? null : name.schema() == null ? name.name() : name.schema() + "." + name.name();
    }
}
