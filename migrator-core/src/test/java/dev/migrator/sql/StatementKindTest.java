package dev.migrator.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatementKindTest {

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '~',
            value = {
                "BEGIN ~ begin",
                "BEGIN ~ Begin Work",
                "BEGIN ~ begin transaction isolation level serializable",
                "BEGIN ~ start transaction read only",
                "BEGIN ~ /* a */ begin -- b",
                "COMMIT ~ commit",
                "COMMIT ~ commit and chain",
                "COMMIT ~ end",
                "COMMIT ~ end transaction",
                "ROLLBACK ~ rollback",
                "ROLLBACK ~ rollback work and no chain",
                "ROLLBACK ~ abort",
                "SAVEPOINT ~ savepoint a",
                "SAVEPOINT ~ release savepoint a",
                "SAVEPOINT ~ release a",
                "SAVEPOINT ~ rollback to a",
                "SAVEPOINT ~ rollback work to savepoint a",
                "SAVEPOINT ~ rollback transaction to a",
                "SET_TRANSACTION ~ set transaction isolation level serializable",
                "SET_TRANSACTION ~ set local transaction read only",
                "SET_TRANSACTION ~ set session transaction read only",
                "SET_CLIENT_UNREADABLE ~ set client_encoding to 'LATIN1'",
                "SET_CLIENT_UNREADABLE ~ set local datestyle = german, dmy",
                "ORDINARY ~ set client_encoding = 'utf-8'",
                "ORDINARY ~ set datestyle = 'iso, dmy'",
                "ORDINARY ~ set names",
                "PREPARE_TRANSACTION ~ prepare transaction 'a'",
                "COMMIT_PREPARED ~ commit prepared 'a'",
                "COMMIT_PREPARED ~ rollback prepared 'a'",
                "COPY_FROM_STDIN ~ copy t from stdin",
                "COPY_FROM_STDIN ~ COPY s.\"t\" (a, \"b)\", c) FROM STDIN WITH (FORMAT csv)",
                "COPY_FROM_STDIN ~ copy binary t from stdin",
                "COPY_FROM_STDIN ~ copy t from stdout",
                "CREATE_INDEX_CONCURRENTLY ~ create index concurrently i on t (a)",
                "CREATE_INDEX_CONCURRENTLY ~ CREATE /* x */ UNIQUE INDEX\tCONCURRENTLY IF NOT EXISTS i ON t (a)",
                "CREATE_INDEX_CONCURRENTLY ~ create index concurrently on t (a)",
                "DROP_INDEX_CONCURRENTLY ~ drop index concurrently if exists i",
                "REINDEX_CONCURRENTLY ~ reindex index concurrently i",
                "REINDEX_CONCURRENTLY ~ reindex table concurrently t",
                "REINDEX_CONCURRENTLY ~ reindex (verbose, concurrently) table t",
                "REINDEX_CONCURRENTLY ~ reindex (concurrently on, tablespace x) index i",
                "REINDEX_CONCURRENTLY ~ reindex schema concurrently s",
                "REINDEX_WHOLE ~ reindex schema s",
                "REINDEX_WHOLE ~ reindex (verbose) database d",
                "REINDEX_WHOLE ~ reindex system",
                "REINDEX_WHOLE ~ reindex (concurrently off) database d",
                "VACUUM ~ vacuum",
                "VACUUM ~ vacuum full t",
                "VACUUM ~ vacuum (analyze) t",
                "CLUSTER_ALL ~ cluster",
                "CLUSTER_ALL ~ cluster verbose",
                "CLUSTER_ALL ~ cluster (verbose)",
                "REPACK_CONCURRENTLY ~ repack (concurrently) t",
                "ALTER_SYSTEM ~ alter system set work_mem = '1MB'",
                "CREATE_DATABASE ~ create database d",
                "DROP_DATABASE ~ drop database if exists d",
                "ALTER_DATABASE_TABLESPACE ~ alter database \"set\" set tablespace t",
                "CREATE_TABLESPACE ~ create tablespace t location '/x'",
                "DROP_TABLESPACE ~ drop tablespace t",
                "DETACH_PARTITION_CONCURRENTLY ~ alter table t detach partition p concurrently",
                "DETACH_PARTITION_CONCURRENTLY ~ alter table if exists only s.t detach partition s.\"P\" concurrently",
                "DETACH_PARTITION_CONCURRENTLY ~ alter table t * detach partition p concurrently",
                "DETACH_PARTITION_CONCURRENTLY ~ alter table U&\"t\" detach partition p concurrently",
                "CREATE_SUBSCRIPTION ~ create subscription s connection 'x' publication p",
                "CREATE_SUBSCRIPTION ~ create subscription s connection 'x' publication p with (enabled = false)",
                "CREATE_SUBSCRIPTION ~ create subscription s connection 'x' publication p with (connect = true, copy_data = off)",
                "DISCARD_ALL ~ discard all",
            })
    void isReadFromTheTokens(StatementKind kind, String text) {
        assertThat(kindOf(text)).isEqualTo(kind);
        assertThat(kindOf(text.toUpperCase(Locale.ROOT))).isEqualTo(kind);
        assertThat(kindOf(text + " -- more\n;")).isEqualTo(kind);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select 'vacuum'",
                "/* vacuum */ select 1",
                "select 1 -- vacuum",
                "select vacuum from t",
                "vacuums",
                "\"vacuum\"",
                "explain analyze select 1",
                "create index \"concurrently\" on t (a)",
                "create unique index i on concurrently (a)",
                "create index i on t (concurrently)",
                "drop index i, \"concurrently\"",
                "drop index i",
                "drop table concurrently",
                "reindex index i",
                "reindex table \"concurrently\"",
                "reindex (concurrently false) table t",
                "reindex (concurrently 0, verbose) index i",
                "reindex (tablespace concurrently) table t",
                "cluster t",
                "cluster t using i",
                "cluster (verbose) t",
                "cluster \"verbose\"",
                "repack t",
                "alter table t detach partition p",
                "alter table t detach partition p finalize",
                "alter table t detach partition \"concurrently\"",
                "alter table t add column detach int, add partition int",
                "alter table system set (a = b)",
                "alter database d set work_mem = '1MB'",
                "alter database d owner to tablespace",
                "alter table t set tablespace x",
                "alter table all in tablespace a set tablespace b",
                "create table database (a int)",
                "create subscription s connection 'x' publication p with (connect = false)",
                "create subscription s connection 'x' publication p with (enabled = off, CREATE_SLOT = 'false')",
                "create subscription s connection 'x' publication a, b with (create_slot = 0)",
                "discard temp",
                "set session characteristics as transaction read only",
                "set transaction_isolation = 'serializable'",
                "prepare transaction as select 1",
                "prepare p as select 1",
                "refresh materialized view concurrently v",
                "copy t to stdout",
                "copy t from 'stdin'",
                "copy t from program 'cat stdin'",
                "copy (select a from stdin) to stdout",
                "copy t (\"from\", stdin) to stdout",
                "copy \"from\" to stdout",
                "do $$ begin commit; end $$",
                "call p()",
                "alter type e add value 'x'",
                "starting",
                "endless",
            })
    void ordinaryStatementsAreNothingElse(String text) {
        assertThat(kindOf(text)).isEqualTo(StatementKind.ORDINARY);
    }

    @Test
    void theWordsOfTheTurkishLocaleAreTheSame() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(new Locale("tr", "TR"));
            assertThat(kindOf("CREATE INDEX CONCURRENTLY I ON T (A)"))
                    .isEqualTo(StatementKind.CREATE_INDEX_CONCURRENTLY);
            assertThat(kindOf("COMMIT")).isEqualTo(StatementKind.COMMIT);
            assertThat(QualifiedName.unquoted("I")).isEqualTo("i");
            assertThat(kindOf("COMMİT")).isEqualTo(StatementKind.ORDINARY);
            assertThat(kindOf("vacuum\u212A")).isEqualTo(StatementKind.ORDINARY);
        } finally {
            Locale.setDefault(before);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"BEGIN", "COMMIT", "ROLLBACK", "PREPARE_TRANSACTION"})
    void fourKindsControlTheTransaction(StatementKind kind) {
        assertThat(kind.controlsTransaction()).isTrue();
        assertThat(kind.runsInTransaction()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {
                "ORDINARY",
                "BEGIN",
                "COMMIT",
                "ROLLBACK",
                "PREPARE_TRANSACTION",
                "SAVEPOINT",
                "SET_TRANSACTION",
                "SET_CLIENT_UNREADABLE",
                "COPY_FROM_STDIN"
            })
    void theOthersRunOutsideOfOne(StatementKind kind) {
        assertThat(kind.runsInTransaction()).isFalse();
        assertThat(kind.controlsTransaction()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(names = {"ORDINARY", "SAVEPOINT", "SET_TRANSACTION", "SET_CLIENT_UNREADABLE", "COPY_FROM_STDIN"})
    void plainOnesRunWithinIt(StatementKind kind) {
        assertThat(kind.runsInTransaction()).isTrue();
        assertThat(kind.controlsTransaction()).isFalse();
    }

    private static StatementKind kindOf(String text) {
        return SqlScript.parse(text).statements().get(0).kind();
    }
}
