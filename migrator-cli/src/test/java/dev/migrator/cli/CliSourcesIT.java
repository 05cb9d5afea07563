package dev.migrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.testkit.Ended;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where files and passwords come from. */
@PostgresTest
class CliSourcesIT {

    private Path directory;
    private TestDatabase database;

    @BeforeEach
    void prepare(@TempDir Path directory, TestDatabase database) {
        this.directory = directory;
        this.database = database;
    }

    @Test
    void theFilesInsideAnApplicationsJarAreThoseOfItsClassesAndItsLibraries() throws IOException {
        Path jar = directory.resolve("app.jar");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar))) {
            folders(out, "BOOT-INF/", "BOOT-INF/classes/", "BOOT-INF/classes/db/", "BOOT-INF/classes/db/migration/");
            entry(out, "BOOT-INF/classes/db/migration/001-first.sql", "CREATE TABLE first (id int);");
            folders(out, "BOOT-INF/lib/");
            stored(out, "BOOT-INF/lib/library.jar", library());
        }
        Ended ended = new Cli(directory, Map.of("DATABASE_URL", database.jdbcUrl())).run("migrate", "--jar", "app.jar");
        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(ended.out()).contains("Applied 001-first", "Applied 002-of-library", "Total: 2");
    }

    @Test
    void aJarThatIsNoneIsRefused() throws IOException {
        Files.writeString(directory.resolve("app.jar"), "no jar");
        Cli cli = new Cli(directory, Map.of("DATABASE_URL", database.jdbcUrl()));
        assertThat(cli.run("status", "--jar", "app.jar").err()).contains("can't be read as a jar");
        Ended missing = cli.run("status", "--jar", "other.jar");
        assertThat(missing.err()).contains("--jar other.jar: It does not exist.");
        assertThat(missing.exitCode()).isEqualTo(2);
    }

    @Test
    void theMigrationsInJavaOfAnApplicationAreListedAndRunThere() throws IOException {
        Path jar = directory.resolve("app.jar");
        ByteArrayOutputStream library = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(library)) {
            type(out, "", AppMigrations.Computed.class);
            type(out, "", AppMigrations.Inherits.class);
        }
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar))) {
            folders(out, "BOOT-INF/", "BOOT-INF/classes/", "BOOT-INF/classes/db/", "BOOT-INF/classes/db/migration/");
            entry(out, "BOOT-INF/classes/db/migration/001-first.sql", "CREATE TABLE first (id int);");
            entry(out, "BOOT-INF/classes/db/migration/003-third.sql", "CREATE TABLE third (id int);");
            type(out, "BOOT-INF/classes/", AppMigrations.Constant.class);
            type(out, "BOOT-INF/classes/", AppMigrations.Base.class);
            type(out, "BOOT-INF/classes/", AppMigrations.NoMigration.class);
            type(out, "BOOT-INF/classes/", AppMigrations.Named.class);
            type(out, "BOOT-INF/classes/", AppMigrations.Heir.class);
            type(out, "BOOT-INF/classes/", AppMigrations.HeirOfHeir.class);
            folders(out, "BOOT-INF/lib/");
            stored(out, "BOOT-INF/lib/library.jar", library.toByteArray());
        }
        Cli cli = new Cli(directory, Map.of("DATABASE_URL", database.jdbcUrl()));
        String status = cli.run("status", "--jar", "app.jar").out();
        assertThat(status)
                .containsPattern(
                        "002-constant +elsewhere +in Java \\(dev\\.migrator\\.cli\\.AppMigrations\\$Constant\\);"
                                + " runs in its application")
                .containsPattern(
                        "004-of-base +elsewhere +in Java \\(dev\\.migrator\\.cli\\.AppMigrations\\$Inherits\\)")
                .containsPattern("007-bean +elsewhere +in Java \\(dev\\.migrator\\.cli\\.AppMigrations\\$HeirOfHeir\\)")
                .contains("AppMigrations$Computed: This class is a migration in Java; its name is known only to its")
                .doesNotContain("AppMigrations$Base", "AppMigrations$Named", "NoMigration");

        Ended ended = cli.run("migrate", "--jar", "app.jar");
        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(ended.out()).contains("Applied: 2, Failed: 0");
        assertThat(ended.err())
                .contains(
                        "warning: 002-constant: It is in Java (dev.migrator.cli.AppMigrations$Constant), is not applied,"
                                + " and runs in its application; what comes after it here runs without it.");
    }

    private static void type(ZipOutputStream out, String folder, Class<?> type) throws IOException {
        String name = type.getName().replace('.', '/') + ".class";
        out.putNextEntry(new ZipEntry(folder + name));
        try (InputStream in = type.getClassLoader().getResourceAsStream(name)) {
            in.transferTo(out);
        }
        out.closeEntry();
    }

    private static byte[] library() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(bytes)) {
            folders(out, "db/", "db/migration/");
            entry(out, "db/migration/002-of-library.sql", "CREATE TABLE second (id int);");
        }
        return bytes.toByteArray();
    }

    private static void folders(ZipOutputStream out, String... names) throws IOException {
        for (String name : names) {
            out.putNextEntry(new ZipEntry(name));
            out.closeEntry();
        }
    }

    private static void entry(ZipOutputStream out, String name, String text) throws IOException {
        out.putNextEntry(new ZipEntry(name));
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.closeEntry();
    }

    /** As an executable jar holds its libraries: not compressed. */
    private static void stored(ZipOutputStream out, String name, byte[] content) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        CRC32 crc = new CRC32();
        crc.update(content);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(crc.getValue());
        out.putNextEntry(entry);
        out.write(content);
        out.closeEntry();
    }

    /** The server of the tests trusts everybody; for this role it wants a password. */
    private String roleWithPassword() throws IOException {
        String user = database.createUser("strict");
        Path rules = Path.of(database.value("show hba_file", String.class));
        String line = "host all " + user + " all scram-sha-256\n";
        String before = Files.readString(rules);
        try (OutputStream out = Files.newOutputStream(rules)) {
            out.write((line + before).getBytes(StandardCharsets.UTF_8));
        }
        database.execute("grant all on schema public to " + user, "select pg_reload_conf()");
        return user;
    }

    @Test
    void aWrongPasswordIsNeverPrintedAndTheRightOneComesFromTheEnvironmentOrPgpass() throws IOException {
        Files.createDirectories(directory.resolve("db/migration"));
        Files.writeString(directory.resolve("db/migration/001-first.sql"), "SELECT 1;");
        String user = roleWithPassword();
        String[] status = {"status", "--url", database.url(), "--username", user};

        Ended wrong = new Cli(directory, Map.of("MIGRATOR_PASSWORD", "not-the-one")).run(status);
        assertThat(wrong.exitCode()).isEqualTo(1);
        assertThat(wrong.err())
                .contains("password authentication failed", "28P01")
                .doesNotContain("not-the-one");
        assertThat(new Cli(directory, Map.of("MIGRATOR_PASSWORD", "not-the-one"))
                        .run("status", "--verbose", "--url", database.url(), "--username", user)
                        .err())
                .doesNotContain("not-the-one");

        assertThat(new Cli(directory, Map.of("MIGRATOR_PASSWORD", user))
                        .run(status)
                        .exitCode())
                .isZero();
        assertThat(new Cli(directory, Map.of("PGPASSWORD", user)).run(status).exitCode())
                .isZero();

        Path pgpass =
                Files.writeString(directory.resolve("pgpass"), "*:*:" + database.name() + ":" + user + ":" + user);
        Map<String, String> withFile = Map.of("PGPASSFILE", pgpass.toString());
        Files.setPosixFilePermissions(pgpass, PosixFilePermissions.fromString("rw-r--r--"));
        Ended open = new Cli(directory, withFile).run(status);
        assertThat(open.exitCode()).isEqualTo(1);
        assertThat(open.err()).contains("can be read by others, so it is not used", "chmod 600");
        Files.setPosixFilePermissions(pgpass, PosixFilePermissions.fromString("rw-------"));
        assertThat(new Cli(directory, withFile).run(status).exitCode()).isZero();
    }
}
