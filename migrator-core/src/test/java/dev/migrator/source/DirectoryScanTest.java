package dev.migrator.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.migration.Migration;
import dev.migrator.migration.MigrationName;
import dev.migrator.migration.SqlMigration;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.Severity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class DirectoryScanTest {

    @TempDir
    Path temp;

    private Path file(String path, String content) throws IOException {
        Path file = temp.resolve(path);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }

    private Path file(String path) throws IOException {
        return file(path, "-- " + path);
    }

    private Catalog scan(SourceOptions options, String... folders) {
        List<String> locations = Arrays.stream(folders)
                .map(folder -> "filesystem:" + temp.resolve(folder))
                .toList();
        return new SqlFiles(locations, getClass().getClassLoader(), options).scan();
    }

    private Catalog scan() {
        return scan(SourceOptions.DEFAULTS, "db");
    }

    private static List<String> names(Catalog catalog) {
        return catalog.migrations().stream().map(m -> m.name().value()).toList();
    }

    /** The problems as text, with the folder of this test cut off. */
    private List<String> texts(Catalog catalog) {
        return catalog.problems().stream()
                .map(p -> p.severity() + " " + p.code() + " " + p.text().replace(temp.toString(), ""))
                .toList();
    }

    @Test
    void filesOfAllSubFoldersAreFoundInOneOrder() throws IOException {
        file("db/20250202-b.sql");
        file("db/deep/er/003-a.SQL");
        file("db/deep/R__view.sql");
        file("db/V2_1__x.sql");
        file("db/README.md");

        Catalog catalog = scan();

        assertThat(names(catalog)).containsExactly("V2_1__x", "003-a", "20250202-b", "R__view");
        assertThat(catalog.problems()).isEmpty();
        assertThat(catalog.migrations())
                .extracting(Migration::kind)
                .containsExactly(Migration.Kind.SQL, Migration.Kind.SQL, Migration.Kind.SQL, Migration.Kind.REPEATABLE);
        assertThat(((SqlMigration) catalog.migrations().get(1)).up().location())
                .isEqualTo(temp.resolve("db") + "/deep/er/003-a.SQL");
    }

    @Test
    void aMigrationIsFoundByItsName() throws IOException {
        for (int i = 100; i < 120; i++) {
            file("db/" + i + "-x.sql");
        }
        Catalog catalog = scan();

        for (Migration migration : catalog.migrations()) {
            assertThat(catalog.find(migration.name())).contains(migration);
            assertThat(catalog.find(migration.name().value())).contains(migration);
        }
        List<Migration> reversed = new ArrayList<>(catalog.migrations());
        Collections.reverse(reversed);
        assertThat(new Catalog(reversed, List.of())).isEqualTo(catalog);
        assertThat(catalog.find(MigrationName.of("110-y"))).isEmpty();
        assertThat(catalog.find("no name")).isEmpty();
    }

    @Test
    void pairsArePairedAndDirectivesRead() throws IOException {
        file("db/003-a.up.sql", "-- migrator: manual");
        file("db/003-a.down.sql", "-- migrator: no-transaction");
        file("db/down/004-b.down.sql");
        file("db/004-b.sql", "-- migrator: repeatable");
        file("db/V5__c.sql");
        file("db/U5__c_back.sql");

        Catalog catalog = scan();

        assertThat(catalog.problems()).isEmpty();
        assertThat(names(catalog)).containsExactly("003-a", "004-b", "V5__c");
        SqlMigration first = (SqlMigration) catalog.migrations().get(0);
        assertThat(first.directives().manual()).isTrue();
        assertThat(first.directives().noTransaction()).isFalse();
        assertThat(first.downDirectives().noTransaction()).isTrue();
        assertThat(first.down().text()).isEqualTo("-- migrator: no-transaction");
        SqlMigration second = (SqlMigration) catalog.migrations().get(1);
        assertThat(second.kind()).isEqualTo(Migration.Kind.REPEATABLE);
        assertThat(second.down()).isNotNull();
        assertThat(((SqlMigration) catalog.migrations().get(2)).down().location())
                .endsWith("/U5__c_back.sql");
    }

    @Test
    void aDownFileThatDecidesWhetherToRunIsRefused() throws IOException {
        file("db/003-a.sql");
        file("db/003-a.down.sql", "-- migrator: manual");

        assertThat(texts(scan()))
                .containsExactly(
                        "ERROR INVALID_DIRECTIVE /db/003-a.down.sql: a down file runs only when it is asked for; manual,"
                                + " repeatable, environments, depends and phase have no meaning in it."
                                + "\n  -> Move them to the file that it takes back.");
    }

    @Test
    void aDownFileWithoutItsUpIsAnError() throws IOException {
        file("db/003-a.down.sql");
        file("db/U2__b.sql");
        file("db/V3__c.sql");
        file("db/V3__d.sql");
        file("db/U3__e.sql");

        assertThat(texts(scan()))
                .containsExactly(
                        "ERROR ORPHAN_DOWN_FILE /db/U2__b.sql: has no V file of its version."
                                + "\n  -> Name it as the file that it takes back, with U for V.",
                        "ERROR ORPHAN_DOWN_FILE /db/U3__e.sql: has several V files of its version."
                                + "\n  -> Name it as the file that it takes back, with U for V.",
                        "ERROR ORPHAN_DOWN_FILE /db/003-a.down.sql: takes back 003-a, which is not there."
                                + "\n  -> Add 003-a.sql, or remove this file.");
    }

    @Test
    void anUnknownFileIsNeverSilent() throws IOException {
        file("db/V2_x.sql");
        file("db/notes.txt");
        file("db/003-a.sql");
        String lacks = "is not run: it has no double underscore after V2.\n  -> Probably meant: V2__x.sql";
        String foreign = "is not run: it does not end in .sql."
                + "\n  -> Give it the ending .sql if it is a migration, or move it elsewhere.";

        for (UnknownFiles setting : UnknownFiles.values()) {
            Catalog catalog = scan(new SourceOptions(setting, false, 1000), "db");

            Severity severity =
                    List.of(Severity.WARNING, Severity.ERROR, Severity.INFO).get(setting.ordinal());
            assertThat(texts(catalog))
                    .containsExactly(
                            severity + " UNKNOWN_FILE /db/V2_x.sql: " + lacks,
                            severity + " UNKNOWN_FILE /db/notes.txt: " + foreign);
            assertThat(names(catalog)).containsExactly("003-a");
        }
    }

    @Test
    void anImpossibleDateIsAnError() throws IOException {
        file("db/20250231-x.sql");

        assertThat(texts(scan()))
                .containsExactly("ERROR INVALID_NAME /db/20250231-x.sql: begins with 20250231, which is not a date."
                        + "\n  -> Name a day or second that exists; a number needs fewer digits.");
    }

    @Test
    void aNameWithALineBreakIsRefusedAndShownEscaped() throws IOException {
        file("db/003-a\nERROR forged.sql");

        assertThat(texts(scan()))
                .containsExactly("ERROR INVALID_NAME /db/003-a\\u000AERROR forged.sql: has a line break in its name."
                        + "\n  -> Rename it.");
    }

    @Test
    void twoFilesOfOneNameAreAnErrorThatNamesBoth() throws IOException {
        file("db/a/003-x.sql", "SELECT 1;");
        file("db/b/003-x.sql", "SELECT 1;");
        file("db/004-y.sql", "SELECT 1;");
        file("db/004-y.up.sql", "SELECT 1;");

        Catalog catalog = scan();

        assertThat(texts(catalog))
                .containsExactly(
                        "ERROR DUPLICATE_NAME /db/b/003-x.sql: has the same name as /db/a/003-x.sql; a name is the identity"
                                + " of one migration.\n  -> Rename or remove one of the two.",
                        "ERROR DUPLICATE_NAME /db/004-y.up.sql: has the same name as /db/004-y.sql; a name is the identity"
                                + " of one migration.\n  -> Rename or remove one of the two.");
        assertThat(catalog.migrations()).isEmpty();
    }

    @Test
    void copiesInTwoLocationsAreTakenOnceIfTheyAreTheSame() throws IOException {
        file("one/003-x.sql", "SELECT 1;\n");
        file("two/003-x.sql", "SELECT 1;\r\n");
        file("one/004-y.sql", "SELECT 1;");
        file("two/004-y.sql", "SELECT 2;");

        Catalog catalog = scan(SourceOptions.DEFAULTS, "one", "two", "one");

        assertThat(texts(catalog))
                .containsExactly(
                        "WARNING DUPLICATE_FILE /two/003-x.sql: has the same name as /one/003-x.sql and the same content;"
                                + " that one is taken.\n  -> Remove one of the two.",
                        "ERROR DUPLICATE_NAME /two/004-y.sql: has the same name as /one/004-y.sql; a name is the identity of"
                                + " one migration.\n  -> Rename or remove one of the two.");
        assertThat(names(catalog)).containsExactly("003-x");
    }

    @Test
    void namesThatDifferOnlyInCaseAreAWarning() throws IOException {
        file("db/003-Add.sql");
        file("db/003-add.sql");
        file("db/004-u\u0308.sql");
        file("db/004-\u00fc.sql");

        Catalog catalog = scan();

        assertThat(catalog.migrations()).hasSize(4);
        assertThat(texts(catalog))
                .containsExactly(
                        "WARNING DUPLICATE_NAME 003-add: differs from 003-Add only in case or in how its letters are encoded;"
                                + " both are run.\n  -> Rename one of the two.",
                        "WARNING DUPLICATE_NAME 004-\u00fc: differs from 004-u\u0308 only in case or in how its letters are"
                                + " encoded; both are run.\n  -> Rename one of the two.");
    }

    @Test
    void everyBadFileIsToldInOneScan() throws IOException {
        Files.write(file("db/003-x.sql"), "SELECT 'é'".getBytes(StandardCharsets.ISO_8859_1));
        file("db/004-y.sql", "-- migrator: manul");
        file("db/005-z.sql", "x".repeat(1001));

        Catalog catalog = scan(new SourceOptions(UnknownFiles.WARN, false, 1000), "db");

        assertThat(catalog.problems())
                .extracting(Problem::code)
                .containsExactly(ProblemCode.NOT_UTF8, ProblemCode.UNKNOWN_DIRECTIVE, ProblemCode.FILE_TOO_LARGE);
        assertThat(catalog.hasErrors()).isTrue();
    }

    @Test
    void aMigrationIsKeptOutIfItsWayBackCannotBeRead() throws IOException {
        file("db/003-x.sql");
        Files.write(file("db/003-x.down.sql"), "SELECT 'é'".getBytes(StandardCharsets.ISO_8859_1));

        Catalog catalog = scan();

        assertThat(catalog.migrations()).isEmpty();
        assertThat(catalog.problems()).extracting(Problem::code).containsExactly(ProblemCode.NOT_UTF8);
    }

    @Test
    void linksInsideTheLocationAreFollowedAndOthersRefused() throws IOException {
        file("db/real/003-x.sql");
        Files.createSymbolicLink(temp.resolve("db/004-y.sql"), Path.of("real/003-x.sql"));
        Path outside = file("elsewhere/005-z.sql");
        Files.createSymbolicLink(temp.resolve("db/005-z.sql"), outside);
        Files.createSymbolicLink(temp.resolve("db/folder"), outside.getParent());

        Catalog catalog = scan();
        assertThat(names(catalog)).containsExactly("003-x", "004-y");
        String refused = ": is a link that leads out of its location."
                + "\n  -> Put the file itself there, or allow such links.";
        assertThat(texts(catalog))
                .containsExactly("ERROR UNSAFE_LINK /db/005-z.sql" + refused, "ERROR UNSAFE_LINK /db/folder" + refused);

        Files.delete(temp.resolve("db/folder"));
        Catalog allowed = scan(new SourceOptions(UnknownFiles.WARN, true, 1000), "db");
        assertThat(names(allowed)).containsExactly("003-x", "004-y", "005-z");
        assertThat(allowed.problems()).isEmpty();
    }

    @Test
    void danglingLinksAndLoopsAreProblemsNotExceptions() throws IOException {
        file("db/003-x.sql");
        Files.createSymbolicLink(temp.resolve("db/004-gone.sql"), Path.of("nowhere"));
        Files.createSymbolicLink(temp.resolve("db/005-self.sql"), Path.of("005-self.sql"));
        Files.createSymbolicLink(temp.resolve("db/.#003-x.sql"), Path.of("user@host.123"));
        Files.createSymbolicLink(temp.resolve("db/up"), Path.of("."));

        Catalog catalog = scan();

        assertThat(names(catalog)).containsExactly("003-x");
        assertThat(texts(catalog))
                .containsExactly(
                        "ERROR UNREADABLE_FILE /db/004-gone.sql: is a link to a file that does not exist."
                                + "\n  -> Remove or mend the link.",
                        "ERROR UNREADABLE_FILE /db/005-self.sql: is a link that leads back to itself or cannot be followed."
                                + "\n  -> Remove or mend the link.",
                        "WARNING UNSAFE_LINK /db/up: is a link to the folder /db, which is read only once."
                                + "\n  -> Remove the link.");
    }

    @Test
    void aMountedConfigMapIsReadOnce() throws IOException {
        file("db/..2025_01_01/003-x.sql");
        Files.createSymbolicLink(temp.resolve("db/..data"), Path.of("..2025_01_01"));
        Files.createSymbolicLink(temp.resolve("db/003-x.sql"), Path.of("..data/003-x.sql"));

        Catalog catalog = scan();

        assertThat(names(catalog)).containsExactly("003-x");
        assertThat(catalog.problems()).isEmpty();
    }

    @Test
    @Timeout(value = 10, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aPipeIsRefusedAndDoesNotBlock() throws Exception {
        file("db/003-x.sql");
        new ProcessBuilder("mkfifo", temp.resolve("db/004-pipe.sql").toString())
                .start()
                .waitFor();

        assertThat(texts(scan()))
                .containsExactly(
                        "ERROR UNREADABLE_FILE /db/004-pipe.sql: is not a regular file but a pipe, a socket or a"
                                + " device.\n  -> Remove it.");
    }

    @Test
    void aFolderNamedAsAFileIsSearchedWithAWarningAndAHiddenOneIsTold() throws IOException {
        file("db/x.sql/003-x.sql");
        file("db/.git/004-x.sql");

        Catalog catalog = scan();

        assertThat(names(catalog)).containsExactly("003-x");
        assertThat(texts(catalog))
                .containsExactly(
                        "INFO UNKNOWN_FILE /db/.git: is a hidden folder and is not searched."
                                + "\n  -> Rename it if it holds migrations.",
                        "WARNING UNKNOWN_FILE /db/x.sql: is a folder, not a file; it is searched as any other."
                                + "\n  -> Rename it.");
    }

    @Test
    void aDirectoryThatIsMissingOrAFileIsAnError() throws IOException {
        file("file.sql");

        assertThat(texts(scan(SourceOptions.DEFAULTS, "none", "file.sql")))
                .containsExactly(
                        "ERROR LOCATION_NOT_FOUND filesystem:/none: does not exist."
                                + "\n  -> Create it, or correct migrator.locations.",
                        "ERROR LOCATION_NOT_FOUND filesystem:/file.sql: is a file, not a directory."
                                + "\n  -> Create it, or correct migrator.locations.");
    }

    @Test
    void emptyLocationsAreAWarning() throws IOException {
        Files.createDirectories(temp.resolve("db"));

        assertThat(texts(scan()))
                .containsExactly(
                        "WARNING NO_MIGRATIONS filesystem:/db: no migration was found."
                                + "\n  -> Check the locations. A jar that was built without entries for its folders hides them.");
    }

    @Test
    void theOrderOfTheFindingsDoesNotDependOnTheFileSystem() throws IOException {
        List<String> paths = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            paths.add("db/unknown-" + (char) ('a' + i % 26) + i + ".sql");
        }
        for (String path : paths) {
            file(path);
        }

        assertThat(texts(scan())).hasSize(51);
        assertThat(texts(scan()).subList(0, 50)).isSorted();
    }
}
