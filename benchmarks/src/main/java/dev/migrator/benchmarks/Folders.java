package dev.migrator.benchmarks;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Writes the migrations: the same statements for all, for Liquibase with its two comment lines above them. */
final class Folders {

    private static final String CHANGE_LOG = """
            <?xml version="1.0" encoding="UTF-8"?>
            <databaseChangeLog xmlns="http://www.liquibase.org/xml/ns/dbchangelog"
                xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
                xsi:schemaLocation="http://www.liquibase.org/xml/ns/dbchangelog
                    http://www.liquibase.org/xml/ns/dbchangelog/dbchangelog-latest.xsd">
                <includeAll path="files/"/>
            </databaseChangeLog>
            """;

    private static final String SMALL = """
            CREATE TABLE item_%1$d (
                id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                name text NOT NULL,
                price numeric(10, 2) NOT NULL DEFAULT 0
            );
            CREATE INDEX item_%1$d_by_name ON item_%1$d (name);
            INSERT INTO item_%1$d (name, price) VALUES ('first', 1.50);
            INSERT INTO item_%1$d (name, price) VALUES ('second', 2.50);
            INSERT INTO item_%1$d (name, price) VALUES ('third; or so', 3.50);
            """;

    private final Path base;

    Folders(Path base) {
        this.base = base;
    }

    /** The same files twice. */
    record Folder(Path plain, Path formatted) {}

    Folder small(int count) throws IOException {
        Folder folder = folder("small-" + count);
        for (int i = 1; i <= count; i++) {
            String name = String.format(Locale.ROOT, "V%d__item_%d.sql", 20250101000000L + i, i);
            String text = String.format(Locale.ROOT, SMALL, i);
            Files.writeString(folder.plain().resolve(name), text);
            Files.writeString(
                    folder.formatted().resolve(name),
                    "--liquibase formatted sql\n--changeset bench:item_" + i + "\n" + text);
        }
        return folder;
    }

    /** One file of about 46 MB: a table and a row for each INSERT. */
    Folder large(int rows) throws IOException {
        Folder folder = folder("large-" + rows);
        write(folder.plain(), "", rows);
        write(folder.formatted(), "--liquibase formatted sql\n--changeset bench:reading\n", rows);
        return folder;
    }

    private static void write(Path folder, String head, int rows) throws IOException {
        try (BufferedWriter out = Files.newBufferedWriter(folder.resolve("V20250101000001__reading.sql"))) {
            out.write(head);
            out.write("CREATE TABLE reading (id integer PRIMARY KEY, sensor text, note text);\n");
            for (int i = 1; i <= rows; i++) {
                out.write("INSERT INTO reading (id, sensor, note) VALUES (" + i + ", 'sensor-" + i % 997
                        + "', 'a value; with ''quotes'' and some text, long enough');\n");
            }
        }
    }

    /** An empty folder that can stand on a class path. */
    Path classPath(String name) throws IOException {
        return Files.createDirectories(base.resolve("class-path-" + name));
    }

    private Folder folder(String name) throws IOException {
        Path plain = Files.createDirectories(base.resolve(name).resolve("plain"));
        Path formatted = Files.createDirectories(base.resolve(name).resolve("formatted/files"));
        Files.writeString(formatted.resolveSibling("changelog.xml"), CHANGE_LOG);
        return new Folder(plain, formatted);
    }
}
