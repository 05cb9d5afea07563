package dev.migrator.command.answer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScreenTest {

    @Test
    void coloursAreWantedUnlessTheEnvironmentSaysOtherwise() {
        assertThat(Screen.wantsColour(Map.of("TERM", "xterm")::get)).isTrue();
        assertThat(Screen.wantsColour(Map.of("NO_COLOR", "1")::get)).isFalse();
        assertThat(Screen.wantsColour(Map.of("NO_COLOR", "", "TERM", "xterm")::get))
                .as("empty counts as not set")
                .isTrue();
        assertThat(Screen.wantsColour(Map.of("TERM", "dumb")::get)).isFalse();
    }

    @Test
    void whereNobodySitsAtATerminalNobodyIsAsked() {
        PrintWriter writer = new PrintWriter(new StringWriter());
        assertThat(Screen.ofProcess(writer, writer)).isEqualTo(Screen.plain(writer, writer));
    }
}
