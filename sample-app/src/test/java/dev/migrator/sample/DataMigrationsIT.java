package dev.migrator.sample;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.testkit.Ended;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

/** What the sample does with data: tried without a trace, done in spite of broken records, and taken back. */
@PostgresTest
class DataMigrationsIT {

    private static Ended command(TestDatabase database, String... arguments) {
        Ended ended = Step.ofSample(Map.of("DATABASE_URL", Step.address(database)), arguments);
        assertThat(ended.exitCode()).as(ended.out() + ended.err()).isZero();
        return ended;
    }

    private static long count(TestDatabase database, String from) {
        return database.value("SELECT count(*) FROM " + from, Long.class);
    }

    @Test
    void legacyPasswordsAreTriedThenHashedAndBrokenOnesNamed(TestDatabase database) {
        command(database, "--migrator.command=migrate", "--target", "20251110-accounts");

        Ended tried = command(database, "--migrator.command=migrate", "--dry-run");

        assertThat(tried.out())
                .contains(
                        "AccountPasswords): about 60 rows by id; next batch: 20 rows, 1 to 20; tried: 19 migrated, 1 could not"
                                + " be: java.lang.IllegalArgumentException: the legacy password is no Base64",
                        "GuardianPasswords): about 20 rows by id; next batch: 20 rows, 1 to 20; tried: 19 migrated, 1 could",
                        "WelcomeBonus): 100 records would be migrated");
        assertThat(count(database, "accounts WHERE password LIKE 'legacy:%'")).isEqualTo(60);
        assertThat(count(database, "wallet_entries WHERE reason = 'welcome bonus'"))
                .isZero();

        command(database, "--migrator.command=migrate");

        assertThat(database
                        .query("SELECT migration_name, record_key[1] AS key, message FROM schema_migration_failures"
                                + " ORDER BY migration_name, record_key[1]::int")
                        .stream()
                        .map(row -> row.get("migration_name") + " " + row.get("key") + ": " + row.get("message"))
                        .toList())
                .containsExactly(
                        "20251111-account-passwords 7: java.lang.IllegalArgumentException: the legacy password is no Base64",
                        "20251111-account-passwords 27: java.lang.IllegalArgumentException: the legacy password is no Base64",
                        "20251111-account-passwords 47: java.lang.IllegalArgumentException: the legacy password is no Base64",
                        "20251112-guardian-passwords 13: java.lang.IllegalArgumentException: the legacy password is empty");
        assertThat(count(database, "accounts WHERE password LIKE 'legacy:%'")).isEqualTo(3);
        String hash = database.value("SELECT password FROM accounts WHERE login = 'member8'", String.class);
        assertThat(new BCryptPasswordEncoder().matches("Secret-8", hash.substring("{bcrypt}".length())))
                .isTrue();
    }

    @Test
    void theBonusIsTakenBackAndGivenAgain(TestDatabase database) {
        String balances = "SELECT sum(balance)::bigint FROM wallets";
        command(database, "--migrator.command=migrate");
        long given = database.value(balances, Long.class);
        assertThat(count(database, "customers WHERE jsonb_exists(preferences, 'displayName')"))
                .isEqualTo(100);

        assertThat(command(database, "--migrator.command=rollback", "--yes").out())
                .contains("20251125-welcome-bonus");
        assertThat(database.value(balances, Long.class)).isEqualTo(given - 100 * 5);
        assertThat(database.query("SELECT 1 FROM schema_migrations WHERE migration_name = '20251125-welcome-bonus'"))
                .isEqualTo(List.of());

        command(database, "--migrator.command=migrate");
        assertThat(database.value(balances, Long.class)).isEqualTo(given);
    }
}
