package dev.migrator.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.Migrator;
import dev.migrator.event.MigrationEvent;
import dev.migrator.execute.RunReport;
import dev.migrator.problem.Problem;
import dev.migrator.testkit.MigrationFolder;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A COMMIT that waits for a standby which is away is done on the server already: a cancel ends only the wait. */
@ExtendWith(Quiet.class)
@Timeout(120)
class SynchronousStandbyTest {

    @Test
    void whatMayNotHaveReachedTheStandbyIsNamed(@TempDir Path data, @TempDir Path files) throws Exception {
        MigrationFolder folder = new MigrationFolder(files).write("000-z.sql", "CREATE TABLE z (id int);");
        try (EmbeddedPostgres server = server(data)) {
            String url = server.getJdbcUrl("postgres", "postgres");
            MigrateMain.migrator(url, folder.location()).build().migrate().orThrow();
            withoutItsStandby(url);
            folder.write("001-a.sql", "CREATE TABLE a (id int);");
            List<Problem> noted = new CopyOnWriteArrayList<>();
            Migrator migrator = MigrateMain.migrator(url, folder.location())
                    .listener(event -> {
                        if (event instanceof MigrationEvent.Noted remark) {
                            noted.add(remark.problem());
                        }
                    })
                    .build();
            CompletableFuture<RunReport> run = CompletableFuture.supplyAsync(migrator::migrate);
            Await.until(
                    "the COMMIT waits for the standby",
                    () -> isTrue(url, "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event = 'SyncRep')"));

            assertThat(migrator.cancel("by SIGTERM")).isTrue();

            assertThat(run.join().applied()).as("it is committed").isEqualTo(1);
            assertThat(noted).singleElement().satisfies(problem -> {
                assertThat(problem.subject()).isEqualTo("001-a");
                assertThat(problem.description()).contains("standby");
            });
        }
    }

    private static EmbeddedPostgres server(Path data) throws IOException {
        return EmbeddedPostgres.builder()
                .setPGStartupWait(Duration.ofSeconds(60))
                .setDataDirectory(data.resolve("data"))
                .setServerConfig("synchronous_commit", "on")
                .start();
    }

    private static void withoutItsStandby(String url) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute("ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
            statement.execute("SELECT pg_reload_conf()");
        }
        Await.until(
                "the server waits for a standby",
                () -> isTrue(url, "SELECT current_setting('synchronous_standby_names') = 'nobody'"));
    }

    private static boolean isTrue(String url, String query) {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getBoolean(1);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }
}
