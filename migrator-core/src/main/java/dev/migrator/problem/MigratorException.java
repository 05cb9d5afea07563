package dev.migrator.problem;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The one root of what this library throws. It carries {@link Problem}s; its text is made from them. */
public class MigratorException extends RuntimeException {

    private final transient List<Problem> problems;

    public MigratorException(Problem problem) {
        this(List.of(problem), null);
    }

    public MigratorException(Problem problem, @Nullable Throwable cause) {
        this(List.of(problem), cause);
    }

    public MigratorException(List<Problem> problems, @Nullable Throwable cause) {
        super(problems.stream().map(Problem::text).collect(Collectors.joining("\n")), cause);
        this.problems = List.copyOf(problems);
    }

    /** What is wrong: at least one problem, the most important first. */
    public List<Problem> problems() {
        return problems;
    }

    public Problem first() {
        return problems.get(0);
    }
}
