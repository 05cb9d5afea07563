package dev.migrator.problem;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Collects every finding before anything is decided, so that an operator sees all of them at the first start. Not
 * thread-safe: each phase fills its own and hands it on.
 */
public final class Problems {

    private final List<Problem> found = new ArrayList<>();

    public Problems add(Problem problem) {
        found.add(problem);
        return this;
    }

    public Problems addAll(Collection<Problem> problems) {
        found.addAll(problems);
        return this;
    }

    public boolean hasErrors() {
        return found.stream().anyMatch(Problem::isError);
    }

    public List<Problem> all() {
        return List.copyOf(found);
    }

    public List<Problem> errors() {
        return found.stream().filter(Problem::isError).toList();
    }

    /** Throws all errors at once; warnings alone never throw. */
    public void throwIfErrors() {
        List<Problem> errors = errors();
        if (!errors.isEmpty()) {
            throw new MigratorException(errors, null);
        }
    }
}
