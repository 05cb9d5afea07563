package dev.migrator.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.migration.SqlMigration;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClassPathScanTest {

    @TempDir
    Path temp;

    private Path jar(String name, String... entries) throws IOException {
        Path jar = temp.resolve(name);
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file)) {
            for (String entry : entries) {
                out.putNextEntry(new JarEntry(entry));
                if (!entry.endsWith("/")) {
                    out.write(("-- " + entry).getBytes(StandardCharsets.UTF_8));
                }
            }
        }
        return jar;
    }

    private Path folder(String name, String... files) throws IOException {
        Path root = temp.resolve(name);
        for (String path : files) {
            Path file = root.resolve(path);
            Files.createDirectories(file.getParent());
            Files.writeString(file, "-- " + path);
        }
        return root;
    }

    private Catalog scan(String location, Path... classPath) throws IOException {
        List<URL> urls = new ArrayList<>();
        for (Path path : classPath) {
            urls.add(path.toUri().toURL());
        }
        try (URLClassLoader loader = new URLClassLoader(urls.toArray(URL[]::new), null)) {
            return new SqlFiles(List.of(location), loader, SourceOptions.DEFAULTS).scan();
        }
    }

    private List<String> texts(Catalog catalog) {
        return catalog.problems().stream()
                .map(p -> p.severity() + " " + p.code() + " " + p.text().replace(temp.toString(), ""))
                .toList();
    }

    private static List<String> names(Catalog catalog) {
        return catalog.migrations().stream().map(m -> m.name().value()).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"classpath*:db/migration/", "classpath:db/migration", "classpath*:/db/migration"})
    void foldersAndJarsAreSearchedWithTheirSubFolders(String location) throws IOException {
        Path jar = jar(
                "a.jar",
                "db/",
                "db/migration/",
                "db/migration/sub/",
                "db/migration/sub/003-x.sql",
                "db/004-no.sql",
                "db/migration/readme.txt",
                "db/migration/notes.txt");
        Path folder = folder("classes with blank", "db/migration/deep/20250202-y.sql", "db/other/005-no.sql");

        Catalog catalog = scan(location, jar, folder);

        assertThat(names(catalog)).containsExactly("003-x", "20250202-y");
        SqlMigration first = (SqlMigration) catalog.migrations().get(0);
        assertThat(first.up().location()).isEqualTo("db/migration/sub/003-x.sql");
        assertThat(first.up().text()).isEqualTo("-- db/migration/sub/003-x.sql");
        assertThat(((SqlMigration) catalog.migrations().get(1)).up().location())
                .isEqualTo("db/migration/deep/20250202-y.sql");
        assertThat(catalog.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.code()).isEqualTo(ProblemCode.UNKNOWN_FILE);
            assertThat(problem.subject()).isEqualTo("db/migration/notes.txt");
        });
    }

    @Test
    void theOrderOfTheFindingsDoesNotDependOnTheOrderInTheJar() throws IOException {
        Path jar = jar("a.jar", "db/migration/", "db/migration/z.txt", "db/migration/m.txt", "db/migration/a.txt");

        assertThat(scan("classpath*:db/migration", jar).problems())
                .extracting(Problem::subject)
                .startsWith("db/migration/a.txt", "db/migration/m.txt", "db/migration/z.txt");
    }

    @Test
    void oddNamesInJarsAreReadAsTheyAre() throws IOException {
        String[] odd = {"a b", "a%41", "a+b", "a#b", "a?b", "ü😀", "it's", "<b>", "a!b"};
        List<String> entries = new ArrayList<>(List.of("db/migration/"));
        for (String name : odd) {
            entries.add("db/migration/003-" + name + ".sql");
        }

        Catalog catalog = scan("classpath*:db/migration", jar("odd.jar", entries.toArray(String[]::new)));

        assertThat(catalog.problems()).isEmpty();
        assertThat(names(catalog)).hasSize(odd.length).contains("003-a%41", "003-a+b", "003-a?b");
        catalog.migrations()
                .forEach(migration -> assertThat(((SqlMigration) migration).up().text())
                        .isEqualTo("-- db/migration/" + migration.name() + ".sql"));
    }

    @Test
    void theSameFileInAJarAndAFolderIsTakenOnce() throws IOException {
        Path jar = jar("a.jar", "db/migration/", "db/migration/003-x.sql");
        Path folder = folder("classes", "db/migration/003-x.sql");

        Catalog catalog = scan("classpath*:db/migration", folder, jar);

        assertThat(names(catalog)).containsExactly("003-x");
        assertThat(texts(catalog))
                .containsExactly("WARNING DUPLICATE_FILE jar:file:/a.jar!/db/migration/003-x.sql: has the same name as"
                        + " /classes/db/migration/003-x.sql and the same content; that one is taken."
                        + "\n  -> Remove one of the two.");
    }

    @Test
    void differentFilesOfOneNameInTwoJarsAreAnError() throws IOException {
        Path one = jar("a.jar", "db/migration/", "db/migration/003-x.sql");
        Path two = jar("b.jar", "db/migration/", "db/migration/sub/003-x.sql");

        assertThat(texts(scan("classpath*:db/migration", one, two)))
                .containsExactly(
                        "ERROR DUPLICATE_NAME jar:file:/b.jar!/db/migration/sub/003-x.sql: has the same name as"
                                + " jar:file:/a.jar!/db/migration/003-x.sql; a name is the identity of one migration."
                                + "\n  -> Rename or remove one of the two.");
    }

    @Test
    void onlyTheDefaultLocationMayBeMissing() throws IOException {
        assertThat(texts(scan(SqlFiles.DEFAULT_LOCATION)))
                .containsExactly(
                        "WARNING LOCATION_NOT_FOUND classpath*:db/migration/: is not on the class path."
                                + "\n  -> Create it, or correct migrator.locations.",
                        "WARNING NO_MIGRATIONS classpath*:db/migration/: no migration was found."
                                + "\n  -> Check the locations. A jar that was built without entries for its folders hides"
                                + " them.");
        assertThat(texts(scan("classpath:db/migrations")))
                .containsExactly("ERROR LOCATION_NOT_FOUND classpath:db/migrations: is not on the class path."
                        + "\n  -> Create it, or correct migrator.locations.");
    }

    @ParameterizedTest
    @CsvSource({
        "db/migration, has no known prefix.",
        "file:/db, has no known prefix.",
        "classpath:, names no folder; the whole class path is not searched.",
        "classpath*:/, names no folder; the whole class path is not searched.",
        "classpath*:db/*/x, holds a wildcard; sub-folders are always searched.",
        "classpath:db/../etc, leads out of the class path.",
        "filesystem:, names no directory."
    })
    void aLocationThatCannotBeMeantIsRefused(String location, String reason) throws IOException {
        Catalog catalog = scan(location);

        assertThat(catalog.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.isError()).isTrue();
            assertThat(problem.code()).isEqualTo(ProblemCode.INVALID_SETTING);
            assertThat(problem.text())
                    .isEqualTo("migrator.locations: The location '" + location + "' " + reason
                            + "\n  -> Write classpath*:db/migration/ or filesystem:DIRECTORY.");
        });
    }

    @Test
    void noLocationAtAllIsRefused() {
        Catalog catalog = new SqlFiles(List.of(), getClass().getClassLoader(), SourceOptions.DEFAULTS).scan();

        assertThat(catalog.problems()).extracting(Problem::code).containsExactly(ProblemCode.INVALID_SETTING);
    }
}
