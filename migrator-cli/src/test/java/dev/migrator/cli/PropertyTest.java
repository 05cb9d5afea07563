package dev.migrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class PropertyTest {

    private static final Pattern ROW = Pattern.compile("(?m)^\\| (`migrator\\.[^|]*)\\|");
    private static final Pattern NAME = Pattern.compile("`(migrator)?(\\.[a-z.-]+)`");

    @Test
    void theCommandLineKnowsTheSettingsOfTheReadme() throws IOException {
        TreeSet<String> documented = new TreeSet<>();
        Matcher row = ROW.matcher(Files.readString(Path.of("../README.md")));
        while (row.find()) {
            Matcher name = NAME.matcher(row.group(1));
            while (name.find()) {
                documented.add("migrator" + name.group(2));
            }
        }
        assertThat(documented).contains("migrator.password", "migrator.existing-schema");
        assertThat(List.copyOf(new TreeSet<>(Property.names()))).isEqualTo(List.copyOf(documented));
    }
}
