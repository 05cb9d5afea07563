package dev.migrator.autoconfigure.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.migrator.problem.MigratorException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.mock.env.MockEnvironment;

class CommandWordsTest {

    private final MockEnvironment environment = new MockEnvironment();

    private List<String> words(String... line) {
        return CommandWords.of(environment, List.of(line));
    }

    @Test
    void theCommandItsArgumentsAndTheLineInThisOrder() {
        environment.setProperty("migrator.command", "rollback --steps 2");
        environment.setProperty("migrator.command.args", "--yes");
        assertThat(words("--migrator.command=rollback", "--reason=it was wrong", "-v"))
                .containsExactly("rollback", "--steps", "2", "--yes", "--reason=it was wrong", "-v");
    }

    @Test
    void aCommandOfTheEnvironmentTakesTheLineTooSoThatADryRunIsOne() {
        environment.setProperty("migrator.command", "migrate");
        assertThat(words("--spring.profiles.active=prod", "--dry-run")).containsExactly("migrate", "--dry-run");
    }

    @Test
    void propertiesAreSprings() {
        assertThat(words("--a.b=c", "--x-y.z", "--list[0]=q", "--json")).containsExactly("--json");
    }

    @Test
    void quotesHoldBlanksAlsoWithinAWord() {
        assertThat(CommandWords.split("p", "skip 2025 --reason=\"ticket 17\" 'a \"b' \"\" x"))
                .containsExactly("skip", "2025", "--reason=ticket 17", "a \"b", "", "x");
    }

    @Test
    void anOpenQuoteIsRefused() {
        assertThatThrownBy(() -> CommandWords.split("migrator.command.args", "run \"a b"))
                .isInstanceOf(MigratorException.class)
                .hasMessageContaining("migrator.command.args: A quote is not closed");
    }
}
