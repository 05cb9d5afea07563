package dev.migrator.source;

import dev.migrator.migration.CodeMigration;
import dev.migrator.migration.DataMigrationSource;
import dev.migrator.migration.Migration;
import dev.migrator.migration.MigrationName;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Puts the migrations in Java among the files: one order, each name once. */
public final class CodeMigrations {

    private final List<DataMigrationSource> sources;

    public CodeMigrations(List<DataMigrationSource> sources) {
        this.sources = List.copyOf(sources);
    }

    /** Asks the sources; call it on the thread that runs the migrations. */
    public Catalog addTo(Catalog files) {
        List<Migration> migrations = new ArrayList<>(files.migrations());
        List<Problem> problems = new ArrayList<>(files.problems());
        Map<MigrationName, String> taken = new HashMap<>();
        files.migrations().forEach(file -> taken.put(file.name(), "a file"));
        for (DataMigrationSource source : sources) {
            for (DataMigrationSource.Entry entry : source.list()) {
                Problem refused = refusal(entry, taken.putIfAbsent(entry.name(), entry.origin()));
                if (refused == null) {
                    migrations.add(new CodeMigration(entry));
                } else {
                    problems.add(refused);
                }
            }
        }
        if (migrations.size() > files.migrations().size()) {
            problems.removeIf(problem -> problem.code() == ProblemCode.NO_MIGRATIONS);
        }
        return new Catalog(migrations, files.hooks(), problems);
    }

    private static @Nullable Problem refusal(DataMigrationSource.Entry entry, @Nullable String taken) {
        if (taken != null) {
            return Problem.error(
                    ProblemCode.DUPLICATE_NAME,
                    entry.name().value(),
                    entry.origin() + " has the same name as " + taken + "; a name is the identity of one migration.",
                    "Rename or remove one of the two.");
        }
        return entry.name().isRepeatableName()
                ? Problem.error(
                        ProblemCode.INVALID_NAME,
                        entry.name().value(),
                        entry.origin() + " has the name of a repeatable migration, which only files can be.",
                        "Give it a version, such as 20250202-" + entry.name().value() + ".")
                : null;
    }
}
