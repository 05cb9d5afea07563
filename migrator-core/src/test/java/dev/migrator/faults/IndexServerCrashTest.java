package dev.migrator.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.execute.RunReport;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.OwnServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The server crashes while concurrent work waits for somebody; the same start goes on at that statement. */
@ExtendWith(Quiet.class)
@Timeout(240)
class IndexServerCrashTest {

    private static final String WAITS =
            "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'migrator%' AND wait_event = 'virtualxid'";

    private static final String STATE = """
            SELECT concat_ws(' ',
                       (SELECT string_agg(k::text, '' ORDER BY k) FROM app.log),
                       (SELECT count(*) FROM pg_index WHERE NOT indisvalid),
                       (SELECT count(*) FROM pg_index WHERE indexrelid = to_regclass('app.t_word')),
                       (SELECT count(*) FROM pg_inherits WHERE inhrelid = 'app.part'::regclass))""";

    @Test
    void aCrashOfTheServerInConcurrentWorkIsSurvived(@TempDir Path data, @TempDir Path files) throws Exception {
        MigrationFolder folder = new MigrationFolder(files);
        try (OwnServer server = OwnServer.create(data.resolve("server")).start()) {
            server.execute(
                    "CREATE SCHEMA app",
                    "CREATE TABLE app.log (k int)",
                    "CREATE TABLE app.t (id int, word text)",
                    "INSERT INTO app.t VALUES (1, 'a')",
                    "CREATE INDEX t_id ON app.t (id)",
                    "CREATE TABLE app.parted (id int) PARTITION BY LIST (id)",
                    "CREATE TABLE app.part PARTITION OF app.parted FOR VALUES IN (1)");
            crashIn(folder, server, 1, "CREATE INDEX CONCURRENTLY t_word ON app.t (word)");
            crashIn(folder, server, 3, "REINDEX TABLE CONCURRENTLY app.t");
            crashIn(folder, server, 5, "ALTER TABLE app.parted DETACH PARTITION app.part CONCURRENTLY");

            assertThat(server.value(STATE)).isEqualTo("123456 0 1 0");
        }
    }

    private static void crashIn(MigrationFolder folder, OwnServer server, int first, String work) throws Exception {
        folder.write(
                "00" + first + "-work.sql",
                "INSERT INTO app.log VALUES (" + first + ");\n" + work + ";\nINSERT INTO app.log VALUES (" + (first + 1)
                        + ");");
        CompletableFuture<RunReport> run;
        try (Connection other = DriverManager.getConnection(server.url());
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("UPDATE app.t SET word = word");
            statement.execute("SELECT count(*) FROM app.parted");
            run = CompletableFuture.supplyAsync(() -> MigrateMain.migrator(server.url(), folder.location())
                    .connectionRetry(30, Duration.ofMillis(500))
                    .build()
                    .migrate());
            Await.until("it waits", () -> "1".equals(server.value(WAITS)));
            server.crashAndRestart();
        }
        assertThat(run.get(60, TimeUnit.SECONDS).orThrow().applied()).isEqualTo(1);
    }
}
