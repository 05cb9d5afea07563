package dev.migrator.source;

import dev.migrator.migration.CodeMigration;
import dev.migrator.migration.DataMigrationSource;
import dev.migrator.migration.ElsewhereMigration;
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
    private final CodeElsewhere elsewhere;

    public CodeMigrations(List<DataMigrationSource> sources, CodeElsewhere elsewhere) {
        this.sources = List.copyOf(sources);
        this.elsewhere = elsewhere;
    }

    /** Asks the sources; call it on the thread that runs the migrations. */
    public Catalog addTo(Catalog files) {
        List<Migration> migrations = new ArrayList<>(files.migrations());
        List<Problem> problems = new ArrayList<>(files.problems());
        Map<MigrationName, String> taken = new HashMap<>();
        files.migrations().forEach(file -> taken.put(file.name(), "a file"));
        for (DataMigrationSource source : sources) {
            for (DataMigrationSource.Entry entry : source.list()) {
                Problem refused = refusal(entry, taken);
                if (refused == null) {
                    migrations.add(new CodeMigration(entry));
                } else {
                    problems.add(refused);
                }
            }
        }
        for (ElsewhereMigration migration : elsewhere.migrations()) {
            Problem refused = duplicate(migration.name(), migration.origin(), taken);
            if (refused == null) {
                migrations.add(migration);
            } else {
                problems.add(refused);
            }
        }
        elsewhere.unnamed().forEach(type -> problems.add(unnamed(type)));
        if (migrations.size() > files.migrations().size()) {
            problems.removeIf(problem -> problem.code() == ProblemCode.NO_MIGRATIONS);
        }
        return new Catalog(migrations, problems);
    }

    private static @Nullable Problem refusal(DataMigrationSource.Entry entry, Map<MigrationName, String> taken) {
        Problem duplicate = duplicate(entry.name(), entry.origin(), taken);
        if (duplicate != null) {
            return duplicate;
        }
        return entry.name().isRepeatableName()
                ? Problem.error(
                        ProblemCode.INVALID_NAME,
                        entry.name().value(),
                        entry.origin() + " has the name of a repeatable migration, which only files can be.",
                        "Give it a version, such as 20250202-" + entry.name().value() + ".")
                : null;
    }

    private static @Nullable Problem duplicate(MigrationName name, String origin, Map<MigrationName, String> taken) {
        String other = taken.putIfAbsent(name, origin);
        return other == null
                ? null
                : Problem.error(
                        ProblemCode.DUPLICATE_NAME,
                        name.value(),
                        origin + " has the same name as " + other + "; a name is the identity of one migration.",
                        "Rename or remove one of the two.");
    }

    private static Problem unnamed(String type) {
        return Problem.info(
                ProblemCode.CODE_ELSEWHERE,
                type,
                "This class is a migration in Java; its name is known only to its application, where it runs.",
                "");
    }
}
