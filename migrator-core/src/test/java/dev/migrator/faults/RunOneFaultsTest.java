package dev.migrator.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.MigrateOptions;
import dev.migrator.Migrator;
import dev.migrator.execute.RunReport;
import dev.migrator.testkit.ClientMessage;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import dev.migrator.testkit.WireProxy;
import dev.migrator.testkit.WireProxy.Cut;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The one that a person named is reported as applied by the run that has applied it, whatever it lost on its way. */
@PostgresTest
@ExtendWith(Quiet.class)
@Tag("exactly-once")
@Timeout(300)
class RunOneFaultsTest {

    private static final MigrateOptions ONE = MigrateOptions.only("001-a");

    private MigrationFolder folder;

    @BeforeEach
    void folder(@TempDir Path path) {
        folder = new MigrationFolder(path).write("001-a.sql", "CREATE TABLE a (id int);");
    }

    private Migrator migrator(String url) {
        return MigrateMain.migrator(url, folder.location())
                .connectionRetry(5, Duration.ofMillis(20))
                .build();
    }

    private List<ClientMessage> messages(TestDatabase database) {
        CrashSet.clear(database);
        try (WireProxy proxy = WireProxy.to(database)) {
            migrator(proxy.jdbcUrl(database)).migrate(ONE).orThrow();
            return proxy.log();
        }
    }

    @Test
    void aConnectionLostAtAnyMessageIsNotTakenForSomebodyElsesWork(TestDatabase database) {
        List<ClientMessage> messages = messages(database);
        for (ClientMessage message : messages) {
            for (Cut side : Cut.values()) {
                CrashSet.clear(database);
                try (WireProxy proxy = WireProxy.to(database)) {
                    proxy.cutAtClientMessage(message.number(), side);
                    verify(migrator(proxy.jdbcUrl(database)).migrate(ONE), message + " " + side);
                }
            }
        }
        assertThat(messages).hasSizeGreaterThan(10);
    }

    @Test
    void aFileThatGivesTheLockAwayIsReportedAsApplied(TestDatabase database) {
        folder.write("001-a.sql", "CREATE TABLE a (id int); SELECT pg_advisory_unlock_all();");
        verify(migrator(database.jdbcUrl()).migrate(ONE), "without its lock");
    }

    private static void verify(RunReport report, String when) {
        assertThat(report.orThrow().results())
                .as(when)
                .extracting(result -> result.migration() + " " + result.outcome())
                .containsExactly("001-a APPLIED");
    }
}
