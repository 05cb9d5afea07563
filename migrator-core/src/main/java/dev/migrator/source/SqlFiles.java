package dev.migrator.source;

import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.Problems;
import java.util.ArrayList;
import java.util.List;

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
        List<FoundFile> files = new LocationFiles("migrator.locations", loader, options, problems).list(locations);
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
        return new Catalog(List.of(), catalog.hooks(), problems);
    }
}
