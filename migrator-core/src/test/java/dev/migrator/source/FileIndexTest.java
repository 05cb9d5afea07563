package dev.migrator.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.migration.Migration;
import dev.migrator.migration.SqlMigration;
import dev.migrator.problem.MigratorException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileIndexTest {

    private static final List<String> LOCATIONS = List.of("classpath*:db/migration/");
    private static final String FOLDER = "db/migration/";

    @TempDir
    Path temp;

    private final Map<String, String> files = new LinkedHashMap<>();

    private URLClassLoader jar(String name) throws IOException {
        Path jar = temp.resolve(name);
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file)) {
            for (String folder : List.of("db/", FOLDER)) {
                out.putNextEntry(new JarEntry(folder));
            }
            for (Map.Entry<String, String> entry : files.entrySet()) {
                out.putNextEntry(new JarEntry(FOLDER + entry.getKey()));
                out.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
            }
        }
        return new URLClassLoader(new URL[] {jar.toUri().toURL()}, null);
    }

    private static FileIndex index(ClassLoader loader) {
        return new FileIndexing(loader, SourceOptions.DEFAULTS).of(LOCATIONS);
    }

    /** Of the files as they are now, in a jar that is changed later. */
    private FileIndex built() throws IOException {
        try (URLClassLoader built = jar("built.jar")) {
            return index(built);
        }
    }

    /** As a built service finds it: the text, on a class path. */
    private static FileIndex reread(String text) {
        return FileIndex.on(new ClassLoader(null) {
            @Override
            public @Nullable InputStream getResourceAsStream(String name) {
                return name.equals(FileIndex.RESOURCE)
                        ? new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8))
                        : null;
            }
        });
    }

    private static Catalog scan(ClassLoader loader, FileIndex index) {
        return new SqlFiles(LOCATIONS, loader, new SourceOptions(UnknownFiles.WARN, false, 1 << 30, index)).scan();
    }

    private static List<String> told(Catalog catalog) {
        return catalog.migrations().stream()
                .map(migration -> migration.name() + " " + migration.checksum() + " " + migration.directives())
                .toList();
    }

    private static Migration only(Catalog catalog) {
        assertThat(catalog.migrations()).hasSize(1);
        return catalog.migrations().get(0);
    }

    @Test
    void tellsTheSameAsTheFilesThemselves() throws IOException {
        files.put("001-a.sql", "CREATE TABLE a (id int);\r\n");
        files.put("002-b.sql", "-- why\\nnot\t?\n-- migrator: manual lock-timeout=2s\n\n-- more\nSELECT 1;\n");
        files.put("003-ä.up.sql", "SELECT 3;");
        files.put("003-ä.down.sql", "-- migrator: statement-timeout=1s\nSELECT 3;");
        files.put("004-large.sql", "-- migrator: environments=a,b\n" + "SELECT 'x';\n".repeat(200_000));
        try (URLClassLoader loader = jar("a.jar")) {
            FileIndex index = index(loader);

            Catalog read = scan(loader, FileIndex.NONE);
            Catalog known = scan(loader, reread(index.text()));

            assertThat(told(known)).isEqualTo(told(read)).hasSize(4);
            assertThat(known.problems()).isEqualTo(read.problems());
            assertThat(reread(index.text()).text()).isEqualTo(index.text());
            assertThat(((SqlMigration) known.migrations().get(1)).up().text()).isEqualTo(files.get("002-b.sql"));
        }
    }

    @Test
    void aFileThatIsStillTheSameIsNotReadAgain() throws IOException {
        files.put("001-a.sql", "SELECT 1;");
        try (URLClassLoader loader = jar("a.jar")) {
            String checksum = only(scan(loader, FileIndex.NONE)).checksum().hex();
            String another = checksum.replace(checksum.charAt(0), checksum.charAt(0) == 'a' ? 'b' : 'a');
            FileIndex index = reread(index(loader).text().replace(checksum, another));

            Migration known = only(scan(loader, index));

            assertThat(known.checksum().hex()).isEqualTo(another);
            // what would run is compared
            Assertions.assertThatExceptionOfType(MigratorException.class)
                    .isThrownBy(() -> ((SqlMigration) known).up().text())
                    .withMessageContaining("001-a.sql");
        }
    }

    @Test
    void aFileThatWasChangedSinceIsRead() throws IOException {
        files.put("001-a.sql", "SELECT 1;");
        FileIndex index = built();
        files.put("001-a.sql", "SELECT 2;");
        try (URLClassLoader patched = jar("patched.jar")) {
            assertThat(told(scan(patched, index)))
                    .isEqualTo(told(scan(patched, FileIndex.NONE)))
                    .isNotEmpty();
        }
    }

    @Test
    void aFileThatCameLaterOrWentIsSeenAsItIs() throws IOException {
        files.put("001-a.sql", "SELECT 1;");
        files.put("002-b.sql", "SELECT 2;");
        FileIndex index = built();
        files.remove("001-a.sql");
        files.put("003-c.sql", "SELECT 1;");
        try (URLClassLoader patched = jar("patched.jar")) {
            assertThat(told(scan(patched, index)))
                    .isEqualTo(told(scan(patched, FileIndex.NONE)))
                    .hasSize(2);
        }
    }

    @Test
    void aFileThatWasChangedSinceIsReadWhereNothingCanBeListedToo() throws IOException {
        files.put("001-a.sql", "SELECT 1;");
        FileIndex index = built();
        files.put("001-a.sql", "-- migrator: manual\nSELECT 2;");
        try (URLClassLoader patched = jar("patched.jar")) {
            assertThat(told(scan(new OnlyByName(patched), index)))
                    .isEqualTo(told(scan(patched, FileIndex.NONE)))
                    .hasSize(1);
        }
    }

    @Test
    void aFileOfWhichSomethingIsToBeToldIsRead() throws IOException {
        files.put("001-a.sql", "SELECT 1;\n-- migrator: manual\n");
        try (URLClassLoader loader = jar("a.jar")) {
            FileIndex index = index(loader);

            assertThat(index.isEmpty()).isTrue();
            assertThat(scan(loader, index).problems()).hasSize(1);
        }
    }

    @Test
    void whatIsNoIndexIsNone() {
        assertThat(reread("migrator files 0\nx\t1\t1\tsha256:00\t\n").isEmpty()).isTrue();
        assertThat(reread("migrator files 1\nhalf a li").isEmpty()).isTrue();
        assertThat(reread("migrator files 1\na\tx\ty\tsha256:" + "0".repeat(64) + "\t\n")
                        .isEmpty())
                .isTrue();
        assertThat(FileIndex.on(new ClassLoader(null) {}).isEmpty()).isTrue();
    }

    @Test
    void aClassPathThatCantListItsFoldersIsReadByTheIndex() throws IOException {
        files.put("001-a.sql", "SELECT 1;");
        files.put("sub/002-b.sql", "SELECT 2;");
        try (URLClassLoader loader = jar("a.jar")) {
            FileIndex index = index(loader);

            Catalog catalog = scan(new OnlyByName(loader), index);

            assertThat(told(catalog)).isEqualTo(told(scan(loader, FileIndex.NONE)));
            assertThat(((SqlMigration) catalog.migrations().get(1)).up().text()).isEqualTo("SELECT 2;");
            assertThat(catalog.problems()).isEmpty();
        }
    }

    /** As in a native image. */
    private static final class OnlyByName extends ClassLoader {

        OnlyByName(ClassLoader files) {
            super(files);
        }

        @Override
        public Enumeration<URL> getResources(String name) {
            return Collections.emptyEnumeration();
        }
    }
}
