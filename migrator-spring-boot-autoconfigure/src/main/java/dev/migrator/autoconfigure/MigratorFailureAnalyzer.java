package dev.migrator.autoconfigure;

import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Tells every problem that stopped the start, and what to do about each, instead of a stack trace. */
final class MigratorFailureAnalyzer extends AbstractFailureAnalyzer<MigratorException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, MigratorException cause) {
        List<Problem> problems = cause.problems();
        if (problems.size() == 1) {
            return new FailureAnalysis(described(problems.get(0)), action(problems.get(0)), cause);
        }
        List<String> actions = problems.stream()
                .map(MigratorFailureAnalyzer::action)
                .filter(action -> action != null)
                .distinct()
                .toList();
        String description = "The schema can't be brought to the state that this service needs:\n\n"
                + numbered(problems.stream()
                        .map(MigratorFailureAnalyzer::described)
                        .toList());
        return new FailureAnalysis(description, actions.size() == 1 ? actions.get(0) : numbered(actions), cause);
    }

    private static String described(Problem problem) {
        return problem.subject() + ": " + problem.description();
    }

    private static @Nullable String action(Problem problem) {
        return problem.action().isEmpty() ? null : problem.action();
    }

    private static String numbered(List<String> texts) {
        return IntStream.range(0, texts.size())
                .mapToObj(i -> (i + 1) + ". " + texts.get(i))
                .collect(Collectors.joining("\n"));
    }
}
