package dev.migrator.badinput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.migrator.Migrator;
import dev.migrator.MigratorBuilder;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.testkit.FakeServer;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A value that can't be right is refused with the setting's name, never corrected in silence. */
@PostgresTest
@Timeout(60)
class SettingsTest {

    @TempDir
    private Path path;

    static Stream<Arguments> badValues() {
        return Stream.of(
                bad("migrator.lock.timeout", builder -> builder.lockWait(Duration.ofMillis(-1))),
                bad("migrator.ddl.lock-timeout", builder -> builder.lockTimeout(Duration.ofSeconds(-3))),
                bad("migrator.ddl.lock-timeout", builder -> builder.lockTimeout(Duration.ofDays(1000))),
                bad("migrator.statement-timeout", builder -> builder.statementTimeout(Duration.ofMillis(-1))),
                bad("migrator.statement-timeout", builder -> builder.statementTimeout(Duration.ofDays(1000))),
                bad("migrator.timeout", builder -> builder.timeout(Duration.ZERO)),
                bad("migrator.timeout", builder -> builder.timeout(Duration.ofSeconds(Long.MAX_VALUE))),
                bad("migrator.lock.timeout", builder -> builder.lockWait(Duration.ofSeconds(Long.MAX_VALUE))),
                bad("migrator.connect-timeout", builder -> builder.connectTimeout(Duration.ofMillis(10))),
                bad("migrator.connect-timeout", builder -> builder.connectTimeout(Duration.ofDays(100_000))),
                bad("migrator.retry.count", builder -> builder.connectionRetry(-1, Duration.ZERO)),
                bad("migrator.retry.delay", builder -> builder.connectionRetry(1, Duration.ofSeconds(-1))),
                bad("migrator.retry.delay", builder -> builder.connectionRetry(1, Duration.ofSeconds(Long.MAX_VALUE))),
                bad("migrator.table", builder -> builder.table("")),
                bad("migrator.table", builder -> builder.table("t".repeat(60))),
                bad("migrator.table", builder -> builder.table("\u00e4".repeat(30))),
                bad("migrator.table", builder -> builder.table("a\0b")),
                bad("migrator.schema", builder -> builder.schema("")),
                bad("migrator.schema", builder -> builder.schema("s".repeat(64))));
    }

    private static Arguments bad(String setting, Consumer<MigratorBuilder> change) {
        return Arguments.of(setting, change);
    }

    @ParameterizedTest
    @MethodSource("badValues")
    void aBadValueIsRefusedByItsName(String setting, Consumer<MigratorBuilder> change) {
        MigratorBuilder builder = Migrator.builder().connection("jdbc:postgresql://localhost/x", null, null);

        MigratorException refusal = catchThrowableOfType(MigratorException.class, () -> {
            change.accept(builder);
            builder.build();
        });

        assertThat(refusal).isNotNull();
        assertThat(refusal.first().code()).isEqualTo(ProblemCode.INVALID_SETTING);
        assertThat(refusal.first().subject()).isEqualTo(setting);
        assertThat(refusal.first().action()).isNotBlank();
    }

    @Test
    void noConnectionIsRefused() {
        MigratorException refusal = catchThrowableOfType(
                MigratorException.class, () -> Migrator.builder().build());

        assertThat(refusal.first().subject()).isEqualTo("migrator.url");
    }

    @ParameterizedTest
    @CsvSource({
        "'', names no directory",
        "filesystem:, names no directory",
        "db/migration, has no known prefix",
        "classpath:, names no folder",
        "classpath*:db/*/x, holds a wildcard",
        "classpath:../x, leads out of the class path",
    })
    void aLocationThatMakesNoSenseIsRefused(String location, String says, TestDatabase database) {
        Trial trial = new Trial(database, path).with(builder -> builder.locations(location));

        Problem problem = trial.refusal().first();

        assertThat(problem.code()).isEqualTo(ProblemCode.INVALID_SETTING);
        assertThat(problem.subject()).isEqualTo("migrator.locations");
        assertThat(problem.description()).contains(location.isEmpty() ? "has no known prefix" : says);
    }

    @Test
    void aLocationThatIsMissingOrAFileIsRefused(TestDatabase database) throws Exception {
        Path file = Files.createFile(path.resolve("file"));
        Trial trial = new Trial(database, path)
                .with(builder -> builder.locations("filesystem:" + path + "/nowhere", "filesystem:" + file));

        assertThat(trial.refusal().problems())
                .extracting(problem -> problem.code() + " " + problem.description())
                .containsExactly(
                        "LOCATION_NOT_FOUND does not exist.", "LOCATION_NOT_FOUND is a file, not a directory.");
    }

    @Test
    void oneNameInTwoLocationsIsFineOnlyAsACopy(TestDatabase database, @TempDir Path other) throws Exception {
        Files.writeString(other.resolve("001-a.sql"), "SELECT 1;");
        Trial trial = new Trial(database, path)
                .write("001-a.sql", "SELECT 1;")
                .with(builder -> builder.locations("filesystem:" + path, "filesystem:" + other));
        assertThat(trial.migrate().orThrow().problems())
                .extracting(Problem::code)
                .containsExactly(ProblemCode.DUPLICATE_FILE);

        Files.writeString(other.resolve("001-a.sql"), "SELECT 2;");
        assertThat(trial.refusal().first().code()).isEqualTo(ProblemCode.DUPLICATE_NAME);
    }

    @Test
    void anUnknownDatabaseIsToldInOneSentenceAndNotTriedAgain(TestDatabase database) {
        Trial trial = new Trial(database, path)
                .write("001-a.sql", "SELECT 1;")
                .at(database.jdbcUrl().replace(database.name(), "no_such_db"))
                .with(builder -> builder.connectionRetry(5, Duration.ofSeconds(30)));

        Problem problem = trial.refused();

        assertThat(problem.code()).isEqualTo(ProblemCode.CONNECTION);
        assertThat(problem.description())
                .isEqualTo(
                        "The database can't be used: FATAL: database \"no_such_db\" does not exist (SQLSTATE 3D000)");
        assertThat(problem.action()).isEqualTo("Create the database, or correct its name in the URL.");
    }

    @Test
    void aWrongPasswordIsToldInOneSentenceAndNotTriedAgain(TestDatabase database) throws Exception {
        try (FakeServer server = FakeServer.thatRefuses("28P01", "password authentication failed for user \"app\"")) {
            Trial trial = new Trial(database, path)
                    .write("001-a.sql", "SELECT 1;")
                    .at("jdbc:postgresql://127.0.0.1:" + server.port() + "/x?user=app&password=Top-Secret-1")
                    .with(builder -> builder.connectionRetry(5, Duration.ofSeconds(30)));

            MigratorException refusal = trial.refusal();

            assertThat(refusal.first().description())
                    .isEqualTo("The database can't be used: FATAL: password authentication failed for user \"app\""
                            + " (SQLSTATE 28P01)");
            assertThat(refusal.first().action()).contains("password").doesNotContain("Top-Secret-1");
            assertThat(refusal.first().subject()).isEqualTo("127.0.0.1:" + server.port() + "/x");
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @Test
    void aMissingPasswordIsToldAndNotTriedAgain(TestDatabase database) throws Exception {
        try (FakeServer server = FakeServer.thatAsksForAPassword()) {
            Trial trial = new Trial(database, path)
                    .write("001-a.sql", "SELECT 1;")
                    .at("jdbc:postgresql://127.0.0.1:" + server.port() + "/x?user=app&passfile=none")
                    .with(builder -> builder.connectionRetry(2, Duration.ofMillis(10)));

            assertThat(trial.refused().action()).startsWith("Give the password of ");
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @Test
    void aFullServerIsTriedAgain(TestDatabase database) throws Exception {
        try (FakeServer server = FakeServer.thatRefuses("53300", "sorry, too many clients already")) {
            Trial trial = new Trial(database, path)
                    .write("001-a.sql", "SELECT 1;")
                    .at("jdbc:postgresql://127.0.0.1:" + server.port() + "/x?user=app")
                    .with(builder -> builder.connectionRetry(2, Duration.ofMillis(10)));

            assertThat(trial.refused().action()).contains("max_connections");
            assertThat(server.connections()).isEqualTo(3);
        }
    }

    @Test
    void aServerOlderThanFourteenIsRefusedBeforeAnythingRuns(TestDatabase database) throws Exception {
        try (FakeServer server = FakeServer.thatClaimsVersion(database.server(), "13.9")) {
            Trial trial = new Trial(database, path)
                    .write("001-a.sql", "CREATE TABLE a (id int);")
                    .at(database.jdbcUrlThrough(server.port()));

            Problem problem = trial.refused();

            assertThat(problem.code()).isEqualTo(ProblemCode.UNSUPPORTED_SERVER);
            assertThat(problem.description())
                    .isEqualTo("It says that it is PostgreSQL 13.9; 14 is the oldest supported.");
            assertThat(database.exists("a")).isFalse();
        }
    }
}
