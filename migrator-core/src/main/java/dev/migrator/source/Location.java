package dev.migrator.source;

import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.Problems;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A place to look in, as set by {@code migrator.locations}. */
sealed interface Location {

    String DEFAULT_FOLDER = "db/migration";
    String DEFAULT = "classpath*:" + DEFAULT_FOLDER + "/";
    String FORMS = "Write classpath*:db/migration/ or filesystem:DIRECTORY.";

    /** As it was set. */
    String setting();

    /** Every folder of this name on the class path, in directories and jars. */
    record ClassPath(String setting, String folder) implements Location {}

    record Directory(String setting, Path path) implements Location {}

    static Optional<Location> parse(String setting, Problems problems) {
        String text = setting.strip();
        for (String prefix : List.of("classpath*:", "classpath:")) {
            if (text.startsWith(prefix)) {
                return classPath(setting, text.substring(prefix.length()), problems);
            }
        }
        if (text.startsWith("filesystem:")) {
            return directory(setting, text.substring("filesystem:".length()), problems);
        }
        return refuse(setting, "has no known prefix.", problems);
    }

    private static Optional<Location> classPath(String setting, String rest, Problems problems) {
        int start = 0;
        int end = rest.length();
        while (start < end && rest.charAt(start) == '/') {
            start++;
        }
        while (end > start && rest.charAt(end - 1) == '/') {
            end--;
        }
        String folder = rest.substring(start, end);
        if (folder.isBlank()) {
            return refuse(setting, "names no folder; the whole class path is not searched.", problems);
        }
        if (folder.contains("*") || folder.contains("?")) {
            return refuse(setting, "holds a wildcard; sub-folders are always searched.", problems);
        }
        if (List.of(folder.split("/", -1)).contains("..")) {
            return refuse(setting, "leads out of the class path.", problems);
        }
        return Optional.of(new ClassPath(setting, folder));
    }

    private static Optional<Location> directory(String setting, String rest, Problems problems) {
        if (rest.isBlank()) {
            return refuse(setting, "names no directory.", problems);
        }
        try {
            return Optional.of(new Directory(setting, Path.of(rest)));
        } catch (InvalidPathException e) {
            return refuse(setting, "is not a path: " + e.getReason() + ".", problems);
        }
    }

    private static Optional<Location> refuse(String setting, String reason, Problems problems) {
        problems.add(Problem.error(
                ProblemCode.INVALID_SETTING, "migrator.locations", "The location '" + setting + "' " + reason, FORMS));
        return Optional.empty();
    }
}
