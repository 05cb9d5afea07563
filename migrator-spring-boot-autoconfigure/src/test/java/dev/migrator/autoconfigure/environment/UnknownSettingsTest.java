package dev.migrator.autoconfigure.environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.migrator.problem.MigratorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

@ExtendWith(OutputCaptureExtension.class)
class UnknownSettingsTest {

    private static final Pattern ROW = Pattern.compile("(?m)^\\| (?:Webhooks: )?(`migrator\\.[^|]*)\\|");
    private static final Pattern NAME = Pattern.compile("`(migrator)?(\\.[a-z0-9.\\[\\]-]+)`");

    private static ConfigurableEnvironment with(String source, Map<String, Object> properties) {
        ConfigurableEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new MapPropertySource(source, properties));
        return environment;
    }

    private static MigratorException refusal(Map<String, Object> properties) {
        return catchThrowableOfType(
                MigratorException.class, () -> UnknownSettings.refuse(with("application.yml", properties)));
    }

    @ParameterizedTest
    @CsvSource({
        "migrator.auto-migrte, migrator.auto-migrate",
        "migrator.lock.timout, migrator.lock.timeout",
        "migrator.ddl.locktimeot, migrator.ddl.lock-timeout",
        "migrator.webhooks[1].sekret, migrator.webhooks.secret",
        "migrator.command.arg, migrator.command.args"
    })
    void aTypoIsToldWithWhatWasMeant(String typo, String meant) {
        assertThat(refusal(Map.of(typo, "x")).problems()).singleElement().satisfies(problem -> {
            assertThat(problem.subject()).isEqualTo(typo);
            assertThat(problem.description()).isEqualTo("There is no such setting (application.yml).");
            assertThat(problem.action()).isEqualTo("Probably meant: " + meant);
        });
    }

    @Test
    void allOfThemAreToldAtOnceAndNoValue() {
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("migrator.passwort", "Top-Secret-1");
        properties.put("migrator.lokations", "db");

        assertThat(refusal(properties).problems())
                .extracting(problem -> problem.subject() + " -> " + problem.action())
                .containsExactly(
                        "migrator.passwort -> Probably meant: migrator.password",
                        "migrator.lokations -> Probably meant: migrator.locations");
        assertThat(refusal(properties)).hasMessageNotContaining("Top-Secret-1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "migrator.autoMigrate",
                "migrator.auto_migrate",
                "migrator.locations[0]",
                "migrator.webhooks[0].url",
                "migrator.webhooks[0].events[1]",
                "migrator.compat.flyway-endpoint",
                "migrator.command",
                "migrator.drift",
                "other.migrator.nothing",
                "migratory.birds"
            })
    void whatIsASettingOrNoneOfOursIsNone(String name) {
        assertThatCode(() -> UnknownSettings.refuse(with("application.yml", Map.of(name, "x"))))
                .doesNotThrowAnyException();
    }

    /** An older release reads the same file when it is rolled back, and a bean of the service may have such names. */
    @Test
    void whatIsLikeNoSettingIsToldAndStopsNothing(CapturedOutput output) {
        UnknownSettings.refuse(with(
                "application.yml", Map.of("migrator.reporting.jdbc-pool.size", "Top-Secret-1", "migrator.table", "t")));

        assertThat(output)
                .containsOnlyOnce("migrator.reporting.jdbc-pool.size: There is no such setting (application.yml).")
                .contains("It has no effect here.")
                .doesNotContain("Top-Secret-1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"systemProperties", "systemEnvironment"})
    void whatTheWholeProcessHasBelongsToOthersToo(String source) {
        assertThatCode(() -> UnknownSettings.refuse(with(source, Map.of("migrator.test.kills", "20"))))
                .doesNotThrowAnyException();
    }

    /** The table is what a person goes by: it has every setting, and none that is not there. */
    @Test
    void theReadmeHasEverySetting() throws IOException {
        TreeSet<String> documented = new TreeSet<>();
        Matcher row = ROW.matcher(Files.readString(Path.of("../README.md")));
        while (row.find()) {
            Matcher name = NAME.matcher(row.group(1));
            while (name.find()) {
                documented.add(("migrator" + name.group(2)).replace("[0]", ""));
            }
        }
        // those of a webhook are in docs/webhooks.md, those of command mode in docs/deploy
        TreeSet<String> settings = new TreeSet<>(UnknownSettings.names());
        settings.removeIf(name -> name.startsWith("migrator.command") || name.startsWith("migrator.webhooks."));
        documented.removeIf(name -> name.startsWith("migrator.webhooks."));

        assertThat(settings).isEqualTo(documented);
    }
}
