package dev.migrator.source;

import dev.migrator.directive.Directives;
import dev.migrator.migration.SqlText;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problems;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** SQL files whose names mean nothing but their order: those of an expected schema. */
public final class PlainFiles {

    private final List<String> locations;
    private final ClassLoader loader;
    private final SourceOptions options;
    private final String setting;

    public PlainFiles(List<String> locations, ClassLoader loader, SourceOptions options, String setting) {
        this.locations = List.copyOf(locations);
        this.loader = loader;
        this.options = options;
        this.setting = setting;
    }

    /** @param path from its location, with slashes */
    public record File(String path, SqlText text, Directives directives) {}

    /** In the order of their paths; what is wrong with them goes into the problems. */
    public List<File> read(Problems problems) {
        List<FoundFile> found = new LocationFiles(setting, loader, options, problems).list(locations);
        List<File> files = new ArrayList<>();
        for (FoundFile file : found) {
            if (file.path().toLowerCase(Locale.ROOT).endsWith(".sql")) {
                try {
                    SqlText.Reading reading = SqlText.read(file.location(), file.bytes(), options.maxFileSize());
                    problems.addAll(reading.problems());
                    files.add(new File(file.path(), reading.text(), reading.directives()));
                } catch (MigratorException e) {
                    problems.addAll(e.problems());
                }
            }
        }
        files.sort(Comparator.comparing(File::path));
        return files;
    }
}
