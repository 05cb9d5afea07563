package dev.migrator.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.migrator.testkit.MigrationFolder;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.stereotype.Component;

/** The class that {@code create --data} writes, given to the compiler. */
class CreatedClassTest {

    private static final String INTERFACE = "dev.migrator.migration.DataMigration";

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hash old passwords",
                "count DOWN the NAME of a CLASS and its TITLE",
                "2fa codes",
                "data migration",
                "component",
                "string",
                "ends */ early",
                "from C:\\users",
                "Übersicht füllen",
            })
    void itCompilesAsItIs(String title) throws IOException {
        assumeTrue(isThere(INTERFACE), INTERFACE + " is not on the class path: what is written was not compiled");
        compile(title);
        compile(title, "--with-down");
        compile(title, "--package", "com.shop");
    }

    private void compile(String title, String... more) throws IOException {
        Path root = Files.createTempDirectory(directory, "src");
        List<String> arguments = new ArrayList<>(List.of("create", title, "--data", "--directory", root.toString()));
        arguments.addAll(List.of(more));
        Answer answer = Answer.of(null, new MigrationFolder(directory), arguments.toArray(String[]::new));
        assertThat(answer.exitCode()).as(answer.err()).isZero();
        List<Path> sources;
        try (Stream<Path> files = Files.walk(root)) {
            sources = files.filter(file -> file.toString().endsWith(".java")).toList();
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            boolean compiled = compiler.getTask(
                            messages,
                            files,
                            null,
                            List.of("-proc:none", "-Xlint:all", "-Werror", "-cp", classPath(), "-d", root.toString()),
                            null,
                            files.getJavaFileObjectsFromPaths(sources))
                    .call();
            assertThat(compiled).as(messages + Files.readString(sources.get(0))).isTrue();
        }
    }

    private static boolean isThere(String name) {
        try {
            Class.forName(name, false, Component.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    /** Surefire may start its JVM with a jar that holds nothing but the real path; it names that path aside. */
    private static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }
}
