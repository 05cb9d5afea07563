package dev.migrator.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.command.answer.Screen;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a person is told who mistyped, and a machine that did; needs no database. */
class UsageTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static Answer run(String program, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandEnvironment environment = new CommandEnvironment(
                program,
                listener -> {
                    throw new IllegalStateException("postgres://u:hunter2@h/db went wrong");
                },
                Screen.plain(new PrintWriter(out), new PrintWriter(err)),
                () -> Path.of("nowhere"),
                null,
                Map.of());
        int exitCode = Commands.run(List.of(arguments), environment);
        return new Answer(exitCode, out.toString(), err.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--json",
                "statsu --json",
                "status extra --json",
                "status --jsn --json",
                "run --json",
                "rollback --json --steps x"
            })
    void withJsonBadUsageIsADocumentToo(String line) {
        Answer answer = run("migrator", line.split(" "));
        assertThat(answer.exitCode()).isEqualTo(2);
        assertThat(answer.out().lines()).hasSize(1);
        JsonNode document = JSON.readTree(answer.out());
        assertThat(document.get("exitCode").intValue()).isEqualTo(2);
        JsonNode problem = document.get("problems").get(0);
        assertThat(problem.get("code").stringValue()).isEqualTo("invalid-setting");
        assertThat(answer.err()).contains("error: " + problem.get("description").stringValue());
    }

    @Test
    void withJsonAnUnexpectedFailureIsADocumentToo() {
        Answer answer = run("migrator", "status", "--json");
        assertThat(answer.exitCode()).isEqualTo(1);
        JsonNode document = JSON.readTree(answer.out());
        assertThat(document.get("exitCode").intValue()).isEqualTo(1);
        assertThat(document.get("problems").get(0).get("description").stringValue())
                .contains("IllegalStateException", "u:***@h");
        assertThat(answer.out() + answer.err()).doesNotContain("hunter2");
        assertThat(run("migrator", "status").out()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "status postgres://u:hunter2@h/db",
                "status postgres://:hunter2@h/db",
                "postgres://u:hunter2@h/db",
                "status jdbc:postgresql://h/db?password=hunter2",
                "rollback --steps postgres://u:hunter2@h/db",
                "status --password=hunter2",
                "status --json postgres://u:hunter2@h/db",
            })
    void aPasswordThatStandsInTheWrongPlaceIsNotRepeated(String line) {
        Answer answer = run("migrator", line.split(" "));
        assertThat(answer.exitCode()).isEqualTo(2);
        assertThat(answer.err()).startsWith("error: ");
        assertThat(answer.out() + answer.err()).doesNotContain("hunter2");
    }

    @Test
    void whatTheHelpSaysCanBeCopied() {
        String service = "java -jar APP.jar --migrator.command=";
        assertThat(run(service, "skip", "--help").out()).contains("Usage: " + service + "skip [");
        assertThat(run(service, "skip", "--nonsense").err()).contains("  -> " + service + "skip --help explains it.");
        assertThat(run(service, "nonsense").err()).contains("  -> " + service + "--help explains it.");
        assertThat(run(service, "--help").out()).contains("Usage: " + service + "VERB [OPTIONS]\n");
        assertThat(run("migrator", "skip", "--help").out()).contains("Usage: migrator skip [");
        assertThat(run("migrator", "--help").out()).contains("Usage: migrator VERB [OPTIONS]\n");
        assertThat(run("", "skip", "--nonsense").err()).contains("  -> skip --help explains it.");
    }
}
