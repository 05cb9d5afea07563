package dev.migrator.autoconfigure.environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.migrator.problem.MigratorException;
import dev.migrator.setting.PostgresUrl;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

class EnvironmentVariablesTest {

    private final ConfigurableEnvironment environment = new StandardEnvironment();

    private ConfigurableEnvironment with(Map<String, Object> variables) {
        environment
                .getPropertySources()
                .replace(
                        StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                        new SystemEnvironmentPropertySource(
                                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, variables));
        new EnvironmentVariables().postProcessEnvironment(environment, new SpringApplication());
        return environment;
    }

    @ParameterizedTest
    @CsvSource({
        "AUTO_MIGRATE, false, migrator.auto-migrate, false",
        "AUTO_MIGRATE, YES, migrator.auto-migrate, true",
        "AUTO_MIGRATE, ' On ', migrator.auto-migrate, true",
        "RUN_MIGRATIONS_ON_STARTUP, 0, migrator.auto-migrate, false",
        "MIGRATION_ENABLED, no, migrator.enabled, false",
        "SKIP_MIGRATIONS, true, migrator.enabled, false",
        "SKIP_MIGRATIONS, off, migrator.enabled, true",
        "MIGRATION_LOCK_TIMEOUT, 45000, migrator.lock.timeout, PT45S",
        "MIGRATION_LOCK_TIMEOUT, ' 30s ', migrator.lock.timeout, PT30S",
        "MIGRATION_LOCK_TIMEOUT, PT5M, migrator.lock.timeout, PT5M",
        "MIGRATION_LOCK_TIMEOUT, 0, migrator.lock.timeout, PT0S",
        "MIGRATION_STOP_ON_ERROR, FALSE, migrator.stop-on-error, false",
        "MIGRATION_TIMEOUT, 600, migrator.timeout, PT10M",
        "MIGRATION_RETRY_COUNT, 7, migrator.retry.count, 7",
        "MIGRATION_RETRY_DELAY, 2, migrator.retry.delay, PT2S",
    })
    void aVariableSetsItsProperty(String variable, String text, String property, String value) {
        assertThat(with(Map.of(variable, text)).getProperty(property)).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource({
        "AUTO_MIGRATE, flase, migrator.auto-migrate",
        "AUTO_MIGRATE, '', migrator.auto-migrate",
        "MIGRATION_ENABLED, 2, migrator.enabled",
        "SKIP_MIGRATIONS, si, migrator.enabled",
        "MIGRATION_LOCK_TIMEOUT, abc, migrator.lock.timeout",
        "MIGRATION_LOCK_TIMEOUT, '', migrator.lock.timeout",
        "MIGRATION_LOCK_TIMEOUT, -1, migrator.lock.timeout",
        "MIGRATION_LOCK_TIMEOUT, 99999999999999, migrator.lock.timeout",
        "MIGRATION_LOCK_TIMEOUT, 99999999999999999999, migrator.lock.timeout",
        "MIGRATION_TIMEOUT, 9223372036854775807, migrator.timeout",
        "MIGRATION_TIMEOUT, 1.5, migrator.timeout",
        "MIGRATION_RETRY_COUNT, -1, migrator.retry.count",
        "MIGRATION_RETRY_COUNT, many, migrator.retry.count",
        "MIGRATION_RETRY_DELAY, 5 s 3, migrator.retry.delay",
    })
    void aTypoIsRefusedWithTheVariableAndTheProperty(String variable, String text, String property) {
        assertThatThrownBy(() -> with(Map.of(variable, text)))
                .isInstanceOf(MigratorException.class)
                .hasMessageContaining("The environment variable " + variable + " (for the property " + property + ")")
                .hasMessageContaining("Correct or remove the variable " + variable + ".");
    }

    @Test
    void everyTypoIsToldAtOnce() {
        assertThatThrownBy(() -> with(Map.of("AUTO_MIGRATE", "flase", "MIGRATION_TIMEOUT", "soon")))
                .hasMessageContaining("'flase'")
                .hasMessageContaining("'soon'");
    }

    @Test
    void variablesThatContradictEachOtherAreRefused() {
        assertThatThrownBy(() -> with(Map.of("MIGRATION_ENABLED", "true", "SKIP_MIGRATIONS", "true")))
                .hasMessageContaining("MIGRATION_ENABLED and SKIP_MIGRATIONS contradict each other");
        assertThat(with(Map.of("MIGRATION_ENABLED", "true", "SKIP_MIGRATIONS", "false"))
                        .getProperty("migrator.enabled"))
                .isEqualTo("true");
    }

    @Test
    void aVariableWinsOverAFileAndLosesAgainstThePropertysOwnVariable() {
        environment
                .getPropertySources()
                .addLast(new MapPropertySource(
                        "application.yml", Map.of("migrator.auto-migrate", "true", "migrator.enabled", "true")));
        with(Map.of("AUTO_MIGRATE", "false", "MIGRATION_ENABLED", "false", "MIGRATOR_ENABLED", "true"));

        assertThat(environment.getProperty("migrator.auto-migrate")).isEqualTo("false");
        assertThat(environment.getProperty("migrator.enabled")).isEqualTo("true");
    }

    @Test
    void databaseUrlIsForTheMigrationsAndForADataSourceThatNobodyNamed() {
        String url = "postgres://loyalty:p%40ss+w%2Ford@db.example.com:6432/loyalty?sslmode=require";
        with(Map.of("DATABASE_URL", url));

        assertThat(environment.getProperty("migrator.url")).isEqualTo(url);
        assertThat(PostgresUrl.parse(url, "migrator.url").password()).isEqualTo("p@ss+w/ord");
        assertThat(environment.getProperty("spring.datasource.url"))
                .isEqualTo("jdbc:postgresql://db.example.com:6432/loyalty?sslmode=require");
        assertThat(environment.getProperty("spring.datasource.username")).isEqualTo("loyalty");
        assertThat(environment.getProperty("spring.datasource.password")).isEqualTo("p@ss+w/ord");
    }

    @Test
    void credentialsOfDatabaseUrlNeverGoToAnotherAddress() {
        environment
                .getPropertySources()
                .addFirst(new MapPropertySource(
                        "command line",
                        Map.of(
                                "migrator.url",
                                "postgres://other/db",
                                "spring.datasource.url",
                                "jdbc:postgresql://x/y")));
        with(Map.of("DATABASE_URL", "postgres://u:S3cret@h/db"));

        assertThat(environment.getProperty("migrator.url")).isEqualTo("postgres://other/db");
        for (String property : List.of("migrator.username", "migrator.password", "spring.datasource.password")) {
            assertThat(environment.getProperty(property)).as(property).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mysql://u:S3cret@h/db",
                "postgres://u:S3cret@h",
                "postgres://u:S3cret@/db",
                "postgres://u:S3c/ret@h/db",
                "postgres://u:S3c?ret@h/db",
                "postgres://u:S3cret%zz@h/db",
                "postgres://u:S3cret@h:port/db",
                "jdbc:mysql://h/db?password=S3cret",
                ""
            })
    void anAddressThatCannotBeReadIsRefusedWithoutItsPassword(String text) {
        assertThatThrownBy(() -> with(Map.of("DATABASE_URL", text)))
                .isInstanceOf(MigratorException.class)
                .hasMessageStartingWith("DATABASE_URL: It ")
                .hasMessageNotContaining("S3c");
    }

    @ParameterizedTest
    @CsvSource({
        "jdbc:postgresql://h/db?user=a@b, jdbc:postgresql://h/db?user=a@b",
        "jdbc:postgresql:db, jdbc:postgresql:db",
        "jdbc:postgresql://u:p@h/db, jdbc:postgresql://h/db",
        "'postgresql://u:p@h1:1,h2:2/db?target_session_attrs=primary', 'jdbc:postgresql://h1:1,h2:2/db?targetServerType=primary'",
        "'postgres://u:p@h1:1,h2:2/db?target_session_attrs=read-write', 'jdbc:postgresql://h1:1,h2:2/db?targetServerType=primary'",
        "'postgres://u:p@h1:1,h2/db?target_session_attrs=any', 'jdbc:postgresql://h1:1,h2/db?targetServerType=any'",
        "postgres://u@[::1]:5432/db, jdbc:postgresql://[::1]:5432/db",
    })
    void manyFormsAreUnderstood(String text, String url) {
        assertThat(PostgresUrl.parse(text, "migrator.url").jdbcUrl()).isEqualTo(url);
        assertThat(PostgresUrl.parse(text, "migrator.url").toString()).doesNotContain("p@");
    }
}
