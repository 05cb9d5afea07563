package dev.migrator.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.migrator.Migrator;
import dev.migrator.MigratorBuilder;
import dev.migrator.execute.RunReport;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.ProblemCode;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.OwnServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A primary and its standby, both named in one URL: migrations go to whoever is the primary now. */
@ExtendWith(Quiet.class)
@Timeout(180)
class FailoverTest {

    private OwnServer primary;
    private OwnServer standby;
    private MigrationFolder folder;

    @BeforeEach
    void servers(@TempDir Path data, @TempDir Path files) {
        primary = OwnServer.create(data.resolve("primary"));
        standby = primary.copy(data.resolve("standby")).follow(primary);
        primary.start();
        standby.start();
        folder = new MigrationFolder(files).write("001-a.sql", "CREATE TABLE a (k int);\nINSERT INTO a VALUES (1);");
    }

    @AfterEach
    void stop() {
        primary.close();
        standby.close();
    }

    private String both() {
        return OwnServer.url("127.0.0.1:" + standby.port() + ",127.0.0.1:" + primary.port());
    }

    private MigratorBuilder migrator(String url) {
        return MigrateMain.migrator(url, folder.location()).connectionRetry(100, Duration.ofMillis(100));
    }

    @Test
    void thePrimaryIsFoundWhereverItStandsInTheUrl() {
        assertThat(migrator(both()).build().migrate().orThrow().applied()).isEqualTo(1);
        assertThat(migrator(both()).build().status().place())
                .isEqualTo("127.0.0.1:" + standby.port() + ",127.0.0.1:" + primary.port() + "/postgres");
    }

    @Test
    void aStandbyAloneIsRefusedAtOnceWithWhatToDo() {
        assertThatThrownBy(() -> migrator(standby.url()).build().migrate().orThrow())
                .isInstanceOfSatisfying(MigratorException.class, e -> {
                    assertThat(e.first().code()).isEqualTo(ProblemCode.READ_ONLY);
                    assertThat(e.first().action()).contains("migrator.url");
                });
    }

    @Test
    void whereNoneIsThePrimaryTheFailureSaysSo() {
        primary.crash();

        assertThatThrownBy(() -> migrator(both())
                        .connectionRetry(1, Duration.ofMillis(100))
                        .build()
                        .migrate()
                        .orThrow())
                .isInstanceOfSatisfying(MigratorException.class, e -> {
                    assertThat(e.first().code()).isEqualTo(ProblemCode.CONNECTION);
                    assertThat(e.first().action()).contains("is the primary");
                });
    }

    @Test
    void aSilentServerBeforeThePrimaryDoesNotUseUpItsTime() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            String url = OwnServer.url("127.0.0.1:" + silent.getLocalPort() + ",127.0.0.1:" + primary.port());

            assertThat(migrator(url)
                            .connectTimeout(Duration.ofSeconds(2))
                            .connectionRetry(0, Duration.ZERO)
                            .build()
                            .migrate()
                            .orThrow()
                            .applied())
                    .isEqualTo(1);
        }
    }

    @Test
    void aRunGoesOnAtTheStandbyThatWasPromoted() throws Exception {
        primary.execute("CREATE SCHEMA test", "CREATE TABLE test.gate (id int)");
        folder.write("002-slow.sql", """
                        INSERT INTO a VALUES (2);
                        DO $$ BEGIN
                            WHILE NOT EXISTS (SELECT FROM test.gate) LOOP PERFORM pg_sleep(0.01); END LOOP;
                        END $$;
                        """).write("003-b.sql", "INSERT INTO a VALUES (3);");
        Migrator migrator = migrator(both()).build();
        CompletableFuture<RunReport> run = CompletableFuture.supplyAsync(migrator::migrate);
        Await.until("the standby has what came before 002", () -> "001-a".equals(standby.value("""
                        SELECT CASE WHEN to_regclass('schema_migrations') IS NULL THEN ''
                               ELSE (xpath('//name/text()', query_to_xml(
                                   'SELECT max(migration_name) AS name FROM schema_migrations', true, true, '')))[1]::text
                               END""")));

        primary.crash();
        standby.promote();
        standby.execute("INSERT INTO test.gate VALUES (1)");

        assertThat(run.get(60, TimeUnit.SECONDS).orThrow().applied()).isEqualTo(3);
        assertThat(standby.value("SELECT string_agg(k::text, ' ' ORDER BY k) FROM a"))
                .isEqualTo("1 2 3");
    }
}
