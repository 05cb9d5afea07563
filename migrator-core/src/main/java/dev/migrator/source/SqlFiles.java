package dev.migrator.source;

import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.Problems;
import dev.migrator.problem.Severity;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The migrations in files of all locations. Each scan looks anew; it reads and hashes every file once and keeps none of
 * their text. {@code classpath:} and {@code classpath*:} both mean every folder of that name.
 */
public final class SqlFiles {

    public static final String DEFAULT_LOCATION = Location.DEFAULT;

    private final List<String> locations;
    private final ClassLoader loader;
    private final SourceOptions options;

    public SqlFiles(List<String> locations, ClassLoader loader, SourceOptions options) {
        this.locations = List.copyOf(locations);
        this.loader = loader;
        this.options = options;
    }

    /** Never throws for what it finds: whatever is wrong is among the catalog's problems. */
    public Catalog scan() {
        Problems problems = new Problems();
        List<FoundFile> files = new ArrayList<>();
        Set<Object> searched = new HashSet<>();
        for (String setting : locations) {
            Optional<Location> location = Location.parse(setting, problems);
            if (location.isPresent() && searched.add(identity(location.get()))) {
                files.addAll(list(location.get(), problems));
            }
        }
        if (locations.isEmpty()) {
            problems.add(Problem.error(
                    ProblemCode.INVALID_SETTING, "migrator.locations", "No location is set.", Location.FORMS));
        }
        Assembly assembly = new Assembly(options, problems);
        files.forEach(assembly::add);
        Catalog catalog = assembly.catalog();
        return catalog.migrations().isEmpty() && !catalog.hasErrors() ? withNothingFound(catalog) : catalog;
    }

    private Catalog withNothingFound(Catalog catalog) {
        List<Problem> problems = new ArrayList<>(catalog.problems());
        problems.add(Problem.warning(
                ProblemCode.NO_MIGRATIONS,
                String.join(", ", locations),
                "no migration was found.",
                "Check the locations. A jar that was built without entries for its folders hides them."));
        return new Catalog(List.of(), problems);
    }

    private List<FoundFile> list(Location location, Problems problems) {
        if (location instanceof Location.ClassPath classPath) {
            List<List<FoundFile>> roots = new ClassPathRoots(loader, options, problems).list(classPath);
            if (roots.isEmpty()) {
                problems.add(missing(location, "is not on the class path."));
            }
            return roots.stream().flatMap(List::stream).toList();
        }
        return directory((Location.Directory) location, problems);
    }

    private List<FoundFile> directory(Location.Directory location, Problems problems) {
        String shown = location.path().toString().replace('\\', '/');
        if (Files.isDirectory(location.path())) {
            FoundFile.Root root =
                    new FoundFile.Root(shown, location.path().toAbsolutePath().toString());
            return FolderWalk.list(root, location.path(), options, problems);
        }
        String reason = Files.exists(location.path()) ? "is a file, not a directory." : "does not exist.";
        problems.add(missing(location, reason));
        return List.of();
    }

    private static Problem missing(Location location, String reason) {
        boolean mayBeMissing = location instanceof Location.ClassPath classPath && isDefault(classPath);
        Problem problem = Problem.error(
                ProblemCode.LOCATION_NOT_FOUND,
                location.setting(),
                reason,
                "Create it, or correct migrator.locations.");
        return mayBeMissing ? problem.withSeverity(Severity.WARNING) : problem;
    }

    private static boolean isDefault(Location.ClassPath location) {
        return location.folder().equals(Location.DEFAULT_FOLDER);
    }

    private static Object identity(Location location) {
        return location instanceof Location.ClassPath classPath
                ? classPath.folder()
                : ((Location.Directory) location).path().toAbsolutePath().normalize();
    }
}
