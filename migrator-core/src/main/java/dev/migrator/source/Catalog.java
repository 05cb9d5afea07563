package dev.migrator.source;

import dev.migrator.directive.Phase;
import dev.migrator.migration.Migration;
import dev.migrator.migration.MigrationName;
import dev.migrator.migration.NameReading;
import dev.migrator.problem.Problem;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Everything that was found.
 *
 * @param migrations in their order; without those that an error keeps out
 * @param problems every finding, also those that do not stop a run
 */
public record Catalog(List<Migration> migrations, List<Problem> problems) {

    public Catalog {
        migrations = migrations.stream()
                .sorted(Comparator.comparing(Migration::name))
                .toList();
        problems = List.copyOf(problems);
    }

    public boolean hasErrors() {
        return problems.stream().anyMatch(Problem::isError);
    }

    public Optional<Migration> find(MigrationName name) {
        int low = 0;
        int high = migrations.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            Migration candidate = migrations.get(middle);
            int order = candidate.name().compareTo(name);
            if (order == 0) {
                return Optional.of(candidate);
            }
            low = order < 0 ? middle + 1 : low;
            high = order < 0 ? high : middle - 1;
        }
        return Optional.empty();
    }

    /** The usual one for a name that nothing has. */
    public Phase phaseOf(String name) {
        return find(name).map(migration -> migration.directives().phase()).orElse(Phase.PRE_DEPLOY);
    }

    /** Empty also for a text that can be no name. */
    public Optional<Migration> find(String name) {
        return MigrationName.read(name) instanceof NameReading.Valid valid ? find(valid.name()) : Optional.empty();
    }
}
