package dev.migrator.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.migration.MigrationName;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileNameTest {

    @ParameterizedTest
    @CsvSource({
        "20250202-add.sql, 20250202-add",
        "20250202-add.SQL, 20250202-add",
        "20250202-add.up.sql, 20250202-add",
        "20250202-add.UP.Sql, 20250202-add",
        "003-v1.2.sql, 003-v1.2",
        "V2_1__x.sql, V2_1__x",
        "R__x.sql, R__x"
    })
    void filesAreNamedWithoutTheirEnding(String file, String name) {
        assertThat(FileName.read(file)).isEqualTo(new FileName.Up(MigrationName.of(name)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"003-add.down.sql", "003-add.DOWN.SQL"})
    void aDownFileBelongsToItsName(String file) {
        assertThat(FileName.read(file)).isEqualTo(new FileName.Down(MigrationName.of("003-add")));
    }

    @Test
    void aFlywayUndoBelongsToItsVersion() {
        assertThat(FileName.read("U2_1__back.sql")).isEqualTo(new FileName.Undo(MigrationName.of("V2_1__back")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "003-x.sql~",
                "003-x.sql.bak",
                ".003-x.sql.swp",
                "003-x.sql.orig",
                ".DS_Store",
                ".gitkeep",
                "README.md",
                "readme",
                "._003-x.sql",
                ".#003-x.sql",
                "#003-x.sql#",
                "Thumbs.db"
            })
    void droppingsOfEditorsAreQuiet(String file) {
        assertThat(FileName.read(file)).isInstanceOf(FileName.Dropping.class);
    }

    @ParameterizedTest
    @CsvSource({
        "v2__x.sql, begins with a lower-case v, Probably meant: V2__x.sql",
        "V2_x.sql, has no double underscore after V2, Probably meant: V2__x.sql",
        "2-add.down.SQL, has fewer than three digits, Probably meant: 002-add.down.SQL",
        "beforeMigrate.sql, is a Flyway callback; callbacks are not run, 'Make it a migration or a hook (beforeRun.sql, afterEachMigration.sql, afterRun.sql), or remove it.'",
        "afterEachMigrate__log.sql, is a Flyway callback; callbacks are not run, 'Make it a migration or a hook (beforeRun.sql, afterEachMigration.sql, afterRun.sql), or remove it.'",
        "createSchema.sql, is a Flyway callback; callbacks are not run, 'Make it a migration or a hook (beforeRun.sql, afterEachMigration.sql, afterRun.sql), or remove it.'",
        "createSchema__x.sql, is a Flyway callback; callbacks are not run, 'Make it a migration or a hook (beforeRun.sql, afterEachMigration.sql, afterRun.sql), or remove it.'",
        "B3__base.sql, is a Flyway baseline migration; these are not run, 'Make it a migration, or remove it.'",
        "V1__x.sql.conf, 'is a Flyway script configuration, which is not read', Write directives at the head of the SQL file.",
        "changelog.xml, does not end in .sql, 'Give it the ending .sql if it is a migration, or move it elsewhere.'",
        ".hidden.sql, is a hidden file, Rename it if it is a migration.",
        "U1__x.up.sql, is a Flyway undo migration with the ending of a pair, 'Use NAME.down.sql, or U with the version, two underscores and a description.'",
        "U1_x.sql, is not a complete name of a Flyway undo migration, 'Use NAME.down.sql, or U with the version, two underscores and a description.'",
        "afterwards.sql, 'begins neither with a date, a timestamp or a number, nor with V or R__', Use a form such as 20250202-add-customer-fields.sql or 003-add-reset-token-fields.sql.",
        ".sql, is a hidden file, Rename it if it is a migration.",
        "sql, does not end in .sql, 'Give it the ending .sql if it is a migration, or move it elsewhere.'"
    })
    void aFileWithoutAFormIsToldWhatItLacks(String file, String reason, String action) {
        assertThat(FileName.read(file)).isEqualTo(new FileName.Unknown(reason, action));
    }

    @ParameterizedTest
    @ValueSource(strings = {"20250231-x.sql", "20250231-x.down.sql", "U1234567890123456789__x.sql"})
    void aNameThatCannotBeMeantIsInvalid(String file) {
        assertThat(FileName.read(file)).isInstanceOf(FileName.Invalid.class);
    }

    @Test
    void theTurkishLocaleChangesNothing() {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("tr"));
        try {
            assertThat(FileName.read("THUMBS.DB")).isInstanceOf(FileName.Dropping.class);
            assertThat(FileName.read("DESKTOP.INI")).isInstanceOf(FileName.Dropping.class);
            assertThat(FileName.read("003-INIT.SQL")).isEqualTo(new FileName.Up(MigrationName.of("003-INIT")));
        } finally {
            Locale.setDefault(before);
        }
    }
}
