package dev.migrator.source;

import dev.migrator.directive.DirectiveParser;
import dev.migrator.directive.Directives;
import dev.migrator.migration.SqlText;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problems;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;

/** Makes the index of the class path's files when a service is built. */
public final class FileIndexing {

    private static final int HEAD = 64 * 1024;

    private final ClassLoader loader;
    private final SourceOptions options;

    public FileIndexing(ClassLoader loader, SourceOptions options) {
        this.loader = loader;
        this.options = options;
    }

    /** The folders of the class path among these locations. */
    public static List<String> folders(List<String> locations) {
        return locations(locations).stream().map(Location.ClassPath::folder).toList();
    }

    /** Without the files of which something is to be told: a start reads those and tells it. */
    public FileIndex of(List<String> locations) {
        List<FileIndex.Entry> entries = new ArrayList<>();
        for (Location.ClassPath location : locations(locations)) {
            new ClassPathRoots(loader, options, new Problems())
                    .list(location).stream().flatMap(List::stream).forEach(file -> add(location, file, entries));
        }
        return new FileIndex(entries);
    }

    private static List<Location.ClassPath> locations(List<String> texts) {
        return texts.stream()
                .flatMap(text -> Location.parse(text, new Problems()).stream())
                .filter(Location.ClassPath.class::isInstance)
                .map(Location.ClassPath.class::cast)
                .distinct()
                .toList();
    }

    private void add(Location.ClassPath location, FoundFile file, List<FileIndex.Entry> entries) {
        try {
            SqlText.Reading reading = SqlText.read(file.location(), file.bytes(), options.maxFileSize());
            if (reading.problems().isEmpty()) {
                SqlText text = reading.text();
                String head = reading.directives().equals(Directives.NONE) ? "" : head(text);
                entries.add(new FileIndex.Entry(
                        location.folder() + "/" + file.path(), text.size(), crc(file), text.checksum(), head));
            }
        } catch (MigratorException e) {
            // what can't be read is told by the start, as it is without an index
            return;
        } catch (IOException e) {
            throw new UncheckedIOException(file.location() + " can't be read", e);
        }
    }

    private static String head(SqlText text) throws IOException {
        try (Reader reader = text.open()) {
            char[] buffer = new char[HEAD];
            int filled = 0;
            int count = 0;
            while (filled < HEAD && (count = reader.read(buffer, filled, HEAD - filled)) >= 0) {
                filled += count;
            }
            return DirectiveParser.headOf(new String(buffer, 0, filled));
        }
    }

    private static long crc(FoundFile file) throws IOException {
        try (InputStream opened = file.bytes().open();
                CheckedInputStream in = new CheckedInputStream(opened, new CRC32())) {
            in.transferTo(OutputStream.nullOutputStream());
            return in.getChecksum().getValue();
        }
    }
}
