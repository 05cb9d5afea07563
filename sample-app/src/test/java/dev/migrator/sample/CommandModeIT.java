package dev.migrator.sample;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.testkit.Ended;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The service's own jar as a step of a deployment: nothing but DATABASE_URL, one verb, its answer and its exit code. */
@PostgresTest
class CommandModeIT {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(tools.jackson.databind.DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private String address;
    private MigrationFolder more;

    @BeforeEach
    void address(TestDatabase database, @TempDir Path path) {
        address = Step.address(database);
        more = new MigrationFolder(path);
    }

    private Ended command(String... arguments) {
        Map<String, String> environment = new LinkedHashMap<>(Map.of("DATABASE_URL", address));
        return Step.ofSample(environment, arguments);
    }

    private String locations() {
        return "--migrator.locations=classpath*:db/migration/," + more.location();
    }

    @Test
    void pendingThenMigratedThenNothingMore(TestDatabase database) {
        assertThat(command("--migrator.command=status", "--check").exitCode()).isEqualTo(3);
        assertThat(database.exists("schema_migrations")).isFalse();

        Ended migrated = command("--migrator.command=migrate");
        assertThat(migrated.exitCode()).as(migrated.err()).isZero();
        assertThat(migrated.out())
                .contains("Applied 001-customers in ")
                .endsWith("Applied: 29, Failed: 0, Total: 31\n");

        Ended status = command("--migrator.command=status", "--check", "--json");
        assertThat(status.exitCode()).as(status.err()).isZero();
        JsonNode document = JSON.readTree(status.out());
        assertThat(document.path("state").asString()).isEqualTo("COMPLETED");
        assertThat(document.path("applied").asInt()).isEqualTo(29);
        assertThat(status.out().lines().toList()).hasSize(1);
    }

    @Test
    void aFailureABadWordAndWhatIsNotConfirmedHaveTheirOwnCodes(TestDatabase database) {
        more.write("20260101-broken.sql", "SELECT nothing;");
        Ended failed = command("--migrator.command=migrate", "--json", locations());
        assertThat(failed.exitCode()).isEqualTo(1);
        assertThat(JSON.readTree(failed.out()).path("failed").asInt()).isEqualTo(1);
        assertThat(failed.err()).doesNotContain("\tat ");

        Ended typo = command("--migrator.command=statsu");
        assertThat(typo.exitCode()).isEqualTo(2);
        assertThat(typo.err()).contains("Probably meant: status");
        assertThat(typo.out()).isEmpty();

        more.write("20260102-by-hand.sql", "-- migrator: manual\nDROP TABLE customers;");
        Ended unconfirmed = command("--migrator.command=run", "20260102-by-hand", locations());
        assertThat(unconfirmed.exitCode()).isEqualTo(5);
        assertThat(unconfirmed.err()).contains("Give --confirm 20260102-by-hand if it is meant.");
        assertThat(database.exists("customers")).isTrue();
    }

    @Test
    void withoutADatabaseItSaysSo() {
        Ended away = Step.ofSample(
                Map.of("DATABASE_URL", "postgres://u:hidden@localhost:1/none", "MIGRATION_RETRY_COUNT", "0"),
                "--migrator.command=status");
        assertThat(away.exitCode()).isEqualTo(1);
        assertThat(List.of(away.out(), away.err())).noneMatch(text -> text.contains("hidden"));
        assertThat(away.err()).contains("localhost:1").doesNotContain("\tat ");
    }
}
