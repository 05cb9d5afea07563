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

/** Every file of several locations, each location once. */
final class LocationFiles {

    private final String setting;
    private final ClassLoader loader;
    private final SourceOptions options;
    private final Problems problems;

    /** @param setting the property that names the locations, for what is said of a wrong one */
    LocationFiles(String setting, ClassLoader loader, SourceOptions options, Problems problems) {
        this.setting = setting;
        this.loader = loader;
        this.options = options;
        this.problems = problems;
    }

    List<FoundFile> list(List<String> locations) {
        List<FoundFile> files = new ArrayList<>();
        Set<Object> searched = new HashSet<>();
        for (String text : locations) {
            Optional<Location> location = Location.parse(text, problems);
            if (location.isPresent() && searched.add(identity(location.get()))) {
                files.addAll(list(location.get()));
            }
        }
        return files;
    }

    private List<FoundFile> list(Location location) {
        if (location instanceof Location.ClassPath classPath) {
            List<List<FoundFile>> roots = new ClassPathRoots(loader, options, problems).list(classPath);
            if (roots.isEmpty()) {
                problems.add(missing(location, "is not on the class path."));
            }
            return roots.stream().flatMap(List::stream).toList();
        }
        return directory((Location.Directory) location);
    }

    private List<FoundFile> directory(Location.Directory location) {
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

    private Problem missing(Location location, String reason) {
        boolean mayBeMissing = location instanceof Location.ClassPath classPath && isDefault(classPath);
        Problem problem = Problem.error(
                ProblemCode.LOCATION_NOT_FOUND, location.setting(), reason, "Create it, or correct " + setting + ".");
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
