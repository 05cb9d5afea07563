package dev.migrator.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Promise 1: a migration's effect and its success row become visible to others in the same instant. */
@PostgresTest
@ExtendWith(Quiet.class)
@Timeout(120)
class VisibilityTest {

    private static final int MIGRATIONS = 60;

    /** What one snapshot shows of the one without the other. */
    private static final String HALVES = """
            SELECT l.k AS effect, h.k AS record
              FROM (SELECT k FROM log) l
              FULL JOIN (SELECT version::int AS k FROM schema_migrations WHERE status = 'success') h ON h.k = l.k
             WHERE (l.k IS NULL OR h.k IS NULL) AND COALESCE(l.k, h.k) > 0""";

    @Test
    void anEffectIsVisibleIfAndOnlyIfItsSuccessRowIs(@TempDir Path path, TestDatabase database) throws Exception {
        MigrationFolder folder = new MigrationFolder(path);
        folder.write("000-log.sql", "CREATE TABLE log (k int);");
        MigrateMain.migrator(database.jdbcUrl(), folder.location()).build().migrate();
        for (int k = 1; k <= MIGRATIONS; k++) {
            // some share a message, some go alone, some in pieces
            String head = k % 3 == 0 ? "-- migrator: retries=2\n" : "";
            String filler = k % 20 == 0 ? String.format(Locale.ROOT, "SELECT '%s';\n", "x".repeat(300_000)) : "";
            folder.write(
                    String.format(Locale.ROOT, "%03d-step.sql", k),
                    head + String.format(Locale.ROOT, "INSERT INTO log VALUES (%d);\n", k) + filler);
            folder.write(
                    String.format(Locale.ROOT, "%03d-step.sql", 100 + k),
                    String.format(Locale.ROOT, "INSERT INTO log VALUES (%d);\nSELECT 1/0;\n", 100 + k));
        }
        AtomicBoolean over = new AtomicBoolean();
        CountDownLatch looking = new CountDownLatch(1);
        CompletableFuture<Integer> snapshots = CompletableFuture.supplyAsync(() -> look(database, looking, over));
        looking.await();

        MigrateMain.migrator(database.jdbcUrl(), folder.location())
                .stopOnError(false)
                .build()
                .migrate();
        over.set(true);

        assertThat(snapshots.get()).isGreaterThan(5);
        assertThat(database.value("SELECT count(*) FROM log", Integer.class)).isEqualTo(MIGRATIONS);
        assertThat(database.value("SELECT count(*) FROM schema_migrations WHERE status = 'failed'", Integer.class))
                .isEqualTo(MIGRATIONS);
    }

    /** Looks without a pause; fails at the first half that it sees. */
    private static int look(TestDatabase database, CountDownLatch looking, AtomicBoolean over) {
        Set<String> seen = new HashSet<>();
        int snapshots = 0;
        try (Connection connection = database.connect();
                PreparedStatement halves = connection.prepareStatement(HALVES)) {
            while (!over.get()) {
                try (ResultSet rows = halves.executeQuery()) {
                    while (rows.next()) {
                        seen.add("effect " + rows.getString(1) + ", record " + rows.getString(2));
                    }
                }
                snapshots++;
                looking.countDown();
            }
        } catch (java.sql.SQLException e) {
            throw new IllegalStateException(e);
        } finally {
            looking.countDown();
        }
        assertThat(seen).as("of %s snapshots", snapshots).isEmpty();
        return snapshots;
    }
}
