package dev.migrator.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.testkit.MigrationFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CreateTest {

    private MigrationFolder folder;

    @BeforeEach
    void folder(@TempDir Path path) {
        folder = new MigrationFolder(path);
    }

    private Answer create(String... arguments) {
        String[] all = Stream.concat(Stream.of("create"), Stream.of(arguments)).toArray(String[]::new);
        return Answer.of(null, folder, all);
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.walk(folder.path())) {
            return files.filter(Files::isRegularFile)
                    .map(file -> folder.path().relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    @Test
    void theNameBeginsWithTheTime() throws IOException {
        assertThat(create("Add user  preferences!").exitCode()).isZero();
        assertThat(files()).singleElement().asString().matches("\\d{14}_add_user_preferences\\.sql");
        assertThat(Files.readString(folder.path().resolve(files().get(0)))).startsWith("-- Add user preferences!\n");
    }

    @Test
    void aNumberFollowsTheHighestInItsWidth() throws IOException {
        folder.write("0009-nine.sql", "").write("20250101-day.sql", "").write("V77__other.sql", "");
        Answer answer = create("ten", "--numbered", "--with-down");
        assertThat(files()).contains("0010-ten.up.sql", "0010-ten.down.sql");
        assertThat(answer.err()).contains("0010-ten: It stands before").contains("will be late");
    }

    @Test
    void aDayIsADay() throws IOException {
        create("x", "--date");
        assertThat(files()).singleElement().asString().matches("\\d{8}-x\\.sql");
    }

    @Test
    void whatIsThereIsNotWrittenOver() throws IOException {
        create("x", "--date");
        Path file = folder.path().resolve(files().get(0));
        Files.writeString(file, "mine");
        Answer answer = create("x", "--date");
        assertThat(answer.exitCode()).isEqualTo(5);
        assertThat(answer.err()).contains(file.toString()).contains("not written over");
        assertThat(file).hasContent("mine");
    }

    @Test
    void aDataMigrationIsAClass() throws IOException {
        String directory = folder.path().resolve("src").toString();
        Answer answer = create("hash old passwords", "--data", "--package", "com.shop", "--directory", directory);
        assertThat(answer.exitCode()).as(answer.err()).isZero();
        Path file = folder.path().resolve("src/com/shop/HashOldPasswords.java");
        assertThat(Files.readString(file))
                .contains("package com.shop;", "class HashOldPasswords implements DataMigration")
                .containsPattern("MigrationName\\.of\\(\"\\d{14}_hash_old_passwords\"\\)")
                .doesNotContain("down(");
    }

    @Test
    void aTitleWithoutWordsIsRefused() {
        Answer answer = create("!!!");
        assertThat(answer.exitCode()).isEqualTo(2);
        assertThat(answer.err()).contains("neither a letter nor a digit");
    }
}
