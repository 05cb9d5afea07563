package dev.migrator.autoconfigure.webhook;

import dev.migrator.event.MigrationEvent;
import dev.migrator.event.MigrationEvent.MigrationCompleted;
import dev.migrator.event.MigrationEvent.MigrationFailed;
import dev.migrator.event.MigrationEvent.RollbackCompleted;
import dev.migrator.event.MigrationEvent.RunAborted;
import dev.migrator.event.MigrationEvent.RunCompleted;
import dev.migrator.event.MigrationEvent.RunStarted;
import dev.migrator.problem.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.json.JsonWriter;

/**
 * What is told of one event, before it is written in a format.
 *
 * @param text one line for people
 * @param facts names and values, in order
 */
record WebhookMessage(WebhookEvent event, String text, Map<String, Object> facts) {

    private static final JsonWriter<Map<String, Object>> JSON = JsonWriter.standard();

    /** Empty for what no webhook tells. */
    static Optional<WebhookMessage> of(MigrationEvent event, String application, Instant at) {
        Draft draft = new Draft(application, event.runId(), at);
        if (event instanceof RunStarted started) {
            draft.fact("pending", started.planned().size());
            return draft.is(
                    WebhookEvent.RUN_STARTED, "migrating: " + started.planned().size() + " pending");
        } else if (event instanceof RunCompleted completed) {
            return ended(draft, completed);
        } else if (event instanceof RunAborted aborted) {
            draft.took(aborted.duration()).problems(aborted.problems().stream());
            return draft.is(WebhookEvent.RUN_FAILED, "the migration run ended before it was done");
        } else if (event instanceof MigrationCompleted completed) {
            draft.fact("migration", completed.migration().value()).took(completed.duration());
            return draft.is(
                    WebhookEvent.MIGRATION_COMPLETED,
                    completed.migration() + " applied in "
                            + completed.duration().toMillis() + " ms");
        } else if (event instanceof MigrationFailed failed) {
            draft.fact("migration", failed.migration().value()).problems(Stream.of(failed.problem()));
            return draft.is(WebhookEvent.MIGRATION_FAILED, failed.migration() + " failed");
        } else if (event instanceof RollbackCompleted back) {
            draft.fact("rolledBack", back.rolledBack())
                    .fact("failed", back.failed())
                    .took(back.duration());
            return draft.is(WebhookEvent.ROLLED_BACK, back.rolledBack() + " taken back, " + back.failed() + " failed");
        }
        return Optional.empty();
    }

    private static Optional<WebhookMessage> ended(Draft draft, RunCompleted run) {
        draft.fact("applied", run.applied())
                .fact("failed", run.failed())
                .fact("notTried", run.notTried())
                .took(run.duration())
                .problems(Stream.of(run.stopped()).filter(Objects::nonNull));
        boolean complete = run.failed() == 0 && run.notTried() == 0 && run.stopped() == null;
        String counts = run.applied() + " applied, " + run.failed() + " failed"
                + (run.notTried() > 0 ? ", " + run.notTried() + " not tried" : "");
        return draft.is(
                complete ? WebhookEvent.RUN_COMPLETED : WebhookEvent.RUN_FAILED,
                counts + " in " + run.duration().toMillis() + " ms");
    }

    String body(WebhookProperties.Format format, String id) {
        return switch (format) {
            case JSON -> {
                Map<String, Object> document = new LinkedHashMap<>();
                document.put("id", id);
                document.put("event", event.text());
                document.put("text", text);
                document.putAll(facts);
                yield JSON.writeToString(document);
            }
            case SLACK -> JSON.writeToString(Map.of("text", forChat(text)));
        };
    }

    /** The three characters that mean something there: nobody is called, and nothing becomes a link. */
    private static String forChat(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static final class Draft {

        private final String application;
        private final Map<String, Object> facts = new LinkedHashMap<>();
        private String problem = "";

        Draft(String application, String runId, Instant at) {
            this.application = application;
            facts.put("application", application);
            facts.put("runId", runId);
            facts.put("at", at.toString());
        }

        Draft fact(String name, Object value) {
            facts.put(name, value);
            return this;
        }

        Draft took(Duration duration) {
            return fact("durationMs", duration.toMillis());
        }

        /** Place and code, and not the text: it may quote a statement, and what goes out is out. */
        Draft problems(Stream<@Nullable Problem> problems) {
            List<Map<String, Object>> all = problems.map(Objects::requireNonNull)
                    .map(each -> Map.<String, Object>of("code", each.code().id(), "subject", each.subject()))
                    .toList();
            if (!all.isEmpty()) {
                facts.put("problems", all);
                problem = ": " + all.get(0).get("subject") + " (" + all.get(0).get("code") + ")";
            }
            return this;
        }

        Optional<WebhookMessage> is(WebhookEvent event, String what) {
            return Optional.of(new WebhookMessage(event, application + ": " + what + problem, facts));
        }
    }
}
