package dev.migrator.source;

import dev.migrator.migration.Checksum;
import dev.migrator.migration.SqlText;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What was read of the class path's files when the service was built, so that a start need not read them again. A file of
 * a jar is taken from here only where its size and CRC in the jar are those of the build; what runs is compared with its
 * checksum in any case. A class path that can't be listed gets from here the names of its files, and nothing else.
 *
 * <p>A line a file: path, size, CRC, checksum, and the head of a file that has directives.
 */
public final class FileIndex {

    /** Where a built service has it. */
    public static final String RESOURCE = "META-INF/migrator/files.index";

    public static final FileIndex NONE = new FileIndex(List.of());

    private static final String FORMAT = "migrator files 1";
    private static final int COLUMNS = 5;

    private final TreeMap<String, List<Entry>> byPath = new TreeMap<>();

    FileIndex(List<Entry> entries) {
        entries.forEach(entry ->
                byPath.computeIfAbsent(entry.path(), path -> new ArrayList<>(1)).add(entry));
    }

    /**
     * One file.
     *
     * @param path on the class path
     * @param head the comments at its beginning; empty where none of them is a directive
     */
    record Entry(String path, long size, long crc, Checksum checksum, String head) {

        SqlText.Reading reading(String location, SqlText.Bytes bytes) {
            return SqlText.known(location, bytes, size, checksum, head);
        }

        private String line() {
            return String.join(
                    "\t",
                    escaped(path),
                    Long.toString(size),
                    Long.toHexString(crc),
                    checksum.toString(),
                    escaped(head));
        }

        private static Optional<Entry> read(String line) {
            String[] columns = line.split("\t", -1);
            return columns.length != COLUMNS
                    ? Optional.empty()
                    : Checksum.parse(columns[3])
                            .map(checksum -> new Entry(
                                    plain(columns[0]),
                                    Long.parseLong(columns[1]),
                                    Long.parseLong(columns[2], 16),
                                    checksum,
                                    plain(columns[4])));
        }

        private static String escaped(String text) {
            return text.replace("\\", "\\\\")
                    .replace("\t", "\\t")
                    .replace("\n", "\\n")
                    .replace("\r", "\\r");
        }

        private static String plain(String text) {
            StringBuilder plain = new StringBuilder(text.length());
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c == '\\' && i + 1 < text.length()) {
                    char escape = text.charAt(++i);
                    plain.append(escape == 't' ? '\t' : escape == 'n' ? '\n' : escape == 'r' ? '\r' : escape);
                } else {
                    plain.append(c);
                }
            }
            return plain.toString();
        }
    }

    /** The index that is on the class path; {@link #NONE} where there is none, or one of another version. */
    public static FileIndex on(ClassLoader loader) {
        try (InputStream in = loader.getResourceAsStream(RESOURCE)) {
            return in == null ? NONE : read(in);
        } catch (IOException | UncheckedIOException | NumberFormatException e) {
            // it only saves time: without it every file is read
            return NONE;
        }
    }

    private static FileIndex read(InputStream in) throws IOException {
        BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        return FORMAT.equals(reader.readLine())
                ? new FileIndex(reader.lines()
                        .map(Entry::read)
                        .flatMap(Optional::stream)
                        .toList())
                : NONE;
    }

    /** As {@link #on} reads it; the same files always give the same text. */
    public String text() {
        return byPath.values().stream()
                .flatMap(List::stream)
                .map(Entry::line)
                .sorted()
                .collect(Collectors.joining("\n", FORMAT + "\n", "\n"));
    }

    public boolean isEmpty() {
        return byPath.isEmpty();
    }

    /** What is known of a file, if it is still the one that was read. */
    @Nullable
    Entry find(String path, long size, long crc) {
        for (Entry entry : byPath.getOrDefault(path, List.of())) {
            if (entry.size() == size && entry.crc() == crc) {
                return entry;
            }
        }
        return null;
    }

    /** All files under a folder, for a class path that can't list its folders. */
    List<Entry> under(String folder) {
        String prefix = folder + "/";
        return byPath.tailMap(prefix).entrySet().stream()
                .takeWhile(entry -> entry.getKey().startsWith(prefix))
                .map(entry -> entry.getValue().get(0))
                .toList();
    }
}
