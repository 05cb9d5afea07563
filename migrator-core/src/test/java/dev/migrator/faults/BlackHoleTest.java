package dev.migrator.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.migrator.MigratorBuilder;
import dev.migrator.event.MigrationEvent;
import dev.migrator.execute.RunReport;
import dev.migrator.lock.LockType;
import dev.migrator.testkit.ChildJvm;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.TestDatabase;
import dev.migrator.testkit.VanishingNetwork;
import dev.migrator.testkit.WireProxy;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The holder's machine vanishes: its packets are dropped, nobody closes anything. Another node goes on within a bounded
 * time, without a hand. It needs a network of its own (root on Linux, {@code ip}); {@code -Dmigrator.test.blackhole=true}.
 */
@ExtendWith(Quiet.class)
@Timeout(240)
class BlackHoleTest {

    /** Keep-alive takes half a minute, the idle limit one; without any of them it would be a quarter of an hour or more. */
    private static final Duration BOUND = Duration.ofSeconds(100);

    @ParameterizedTest(name = "{0}, the server {1}")
    @CsvSource({"ADVISORY,works", "ADVISORY,answers", "LEASE,works", "LEASE,answers"})
    void anotherNodeGoesOn(LockType type, String server, @TempDir Path data, @TempDir Path files) throws Exception {
        assumeThat(Boolean.getBoolean("migrator.test.blackhole"))
                .as("asked for")
                .isTrue();
        MigrationFolder folder = new MigrationFolder(files)
                .write("001-a.sql", "CREATE TABLE a (id int);")
                .write("002-slow.sql", """
                        -- migrator: retries=1
                        INSERT INTO a VALUES (1);
                        DO $$ BEGIN
                            WHILE NOT EXISTS (SELECT FROM test.gate) LOOP PERFORM pg_sleep(0.01); END LOOP;
                        END $$;
                        """)
                .write("003-last.sql", "INSERT INTO a VALUES (3);");
        try (EmbeddedPostgres postgres = start(data);
                VanishingNetwork network = VanishingNetwork.create()) {
            String url = postgres.getJdbcUrl("postgres", "postgres");
            execute(url, "CREATE SCHEMA test", "CREATE TABLE test.gate (id int)");
            String farUrl = url.replace("localhost", network.serverAddress());
            try (ChildJvm far = ChildJvm.of(MigrateMain.class, farUrl, folder.location(), "0", type.name())
                    .within(network.prefix())
                    .start()) {
                Await.until(
                        "the far one is in 002: " + far.output(),
                        () -> value(url, inSlow()).equals("1"));
                network.vanish();
                long startedAt = System.nanoTime();
                if (server.equals("answers")) {
                    execute(url, "INSERT INTO test.gate VALUES (1)");
                }
                RunReport report = near(url, folder, type).build().migrate().orThrow();
                Duration took = Duration.ofNanos(System.nanoTime() - startedAt);
                System.out.printf(
                        Locale.ROOT,
                        "vanished, %s, the server %s: %d ms, %d applied%n",
                        type,
                        server,
                        took.toMillis(),
                        report.applied());
                assertThat(took).isLessThan(BOUND);
            }
            assertThat(value(url, "SELECT count(*) FROM a")).isEqualTo("2");
        }
    }

    /** Something in between answers keep-alive probes in the place of the one who is gone: a proxy, a sidecar. */
    @ParameterizedTest(name = "{0}")
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
    void anotherNodeGoesOnWhenAProxyStandsIn(LockType type, @TempDir Path files) throws Exception {
        assumeThat(Boolean.getBoolean("migrator.test.blackhole"))
                .as("asked for")
                .isTrue();
        MigrationFolder folder = new MigrationFolder(files)
                .write("001-a.sql", "-- migrator: retries=1\nCREATE TABLE a (id int);\nSELECT pg_sleep(1);")
                .write("002-b.sql", "INSERT INTO a VALUES (2);");
        try (TestDatabase database = TestDatabase.create();
                WireProxy proxy = WireProxy.to(database);
                ChildJvm far = ChildJvm.of(
                                MigrateMain.class, proxy.jdbcUrl(database), folder.location(), "0", type.name())
                        .start()) {
            Await.until(
                    "the far one is in 001",
                    () -> database.value(
                            "SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name LIKE 'migrator%001-a'",
                            Boolean.class));
            proxy.blackHole();
            long startedAt = System.nanoTime();
            RunReport report =
                    near(database.jdbcUrl(), folder, type).build().migrate().orThrow();
            Duration took = Duration.ofNanos(System.nanoTime() - startedAt);
            System.out.printf(
                    Locale.ROOT,
                    "vanished behind a proxy, %s: %d ms, %d applied%n",
                    type,
                    took.toMillis(),
                    report.applied());
            assertThat(took).isLessThan(BOUND);
        }
    }

    /** Opens the gate when it gets that far itself. */
    private static MigratorBuilder near(String url, MigrationFolder folder, LockType type) {
        return MigrateMain.migrator(url, folder.location())
                .lockType(type)
                .lockWait(Duration.ofMinutes(3))
                .listener(event -> {
                    if (event instanceof MigrationEvent.MigrationStarted started
                            && started.migration().value().equals("002-slow")) {
                        execute(url, "INSERT INTO test.gate VALUES (1)");
                    }
                });
    }

    private static String inSlow() {
        return "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'migrator%002-slow'";
    }

    private static EmbeddedPostgres start(Path data) throws IOException {
        EmbeddedPostgres postgres = EmbeddedPostgres.builder()
                .setDataDirectory(data.resolve("pg"))
                .setServerConfig("listen_addresses", "*")
                .start();
        String url = postgres.getJdbcUrl("postgres", "postgres");
        Files.writeString(
                Path.of(value(url, "SHOW hba_file")),
                "\nhost all all " + VanishingNetwork.NETWORK + " trust\n",
                StandardOpenOption.APPEND);
        execute(url, "SELECT pg_reload_conf()");
        return postgres;
    }

    private static void execute(String url, String... statements) {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String value(String url, String sql) {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
