package dev.migrator.autoconfigure.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Prometheus' own tool judges the documented rules, where it is installed; nothing else needs it. */
@Timeout(60)
class AlertRulesTest {

    private static final Path FOLDER = Path.of("../docs/monitoring");

    @Test
    void promtoolTakesTheRulesAndTheyAlertWhenTheyShould() throws Exception {
        assumeTrue(isInstalled(), "promtool is not installed: the alert rules in docs/monitoring were NOT tested here");
        assertThat(promtool("check", "rules", "alerts.yml")).contains("SUCCESS: 6 rules found");
        assertThat(promtool("test", "rules", "alerts-test.yml")).contains("SUCCESS");
    }

    private static boolean isInstalled() {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "promtool")));
    }

    private static String promtool(String... arguments) throws IOException, InterruptedException {
        ProcessBuilder tool = new ProcessBuilder("promtool");
        tool.command().addAll(List.of(arguments));
        Process process =
                tool.directory(FOLDER.toFile()).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
