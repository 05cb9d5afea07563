package dev.migrator.command.answer;

import dev.migrator.StatusDocument;
import dev.migrator.execute.StepResult;
import dev.migrator.history.LogEntry;
import dev.migrator.problem.Problem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The verbs' answers for machines. What is unknown is left out. */
public final class Documents {

    private Documents() {}

    /** Pairs of name and value, in this order. */
    public static Map<String, Object> of(@Nullable Object... namesAndValues) {
        Map<String, Object> document = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            Object value = namesAndValues[i + 1];
            if (value != null) {
                document.put(String.valueOf(namesAndValues[i]), value);
            }
        }
        return document;
    }

    public static Map<String, Object> failure(int exitCode, List<Problem> problems) {
        return of("exitCode", exitCode, "problems", StatusDocument.problems(problems));
    }

    public static List<Map<String, Object>> results(List<StepResult> results) {
        return results.stream()
                .map(result -> of(
                        "name",
                        result.migration().value(),
                        "outcome",
                        result.outcome().name(),
                        "durationMs",
                        result.duration().toMillis(),
                        "problem",
                        result.problem() == null
                                ? null
                                : StatusDocument.problems(List.of(result.problem()))
                                        .get(0)))
                .toList();
    }

    public static Map<String, Object> logEntry(LogEntry entry) {
        return of(
                "id",
                entry.id(),
                "at",
                entry.at().toString(),
                "migration",
                entry.migration(),
                "action",
                entry.action().toLowerCase(Locale.ROOT),
                "outcome",
                entry.outcome(),
                "detail",
                entry.detail(),
                "checksum",
                entry.checksum(),
                "executionTimeMs",
                entry.executionTimeMs(),
                "actor",
                entry.actor(),
                "instanceId",
                entry.instanceId(),
                "runId",
                entry.runId());
    }
}
