package dev.migrator.cli.deploy;

import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.SafeText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * What a backend answered.
 *
 * @param status of HTTP
 * @param document empty where the body was no JSON object
 */
record Answer(int status, Map<String, Object> document) {

    private static final int OK = 200;

    static Answer of(int status, String body) {
        try {
            return new Answer(status, JsonText.object(body));
        } catch (JacksonException e) {
            return new Answer(status, Map.of());
        }
    }

    boolean isOk() {
        return status == OK;
    }

    @Nullable
    String text(String name) {
        Object value = document.get(name);
        return value == null ? null : SafeText.line(value.toString());
    }

    long number(String name) {
        return document.get(name) instanceof Number number ? number.longValue() : 0;
    }

    /** The objects of a list. */
    List<Answer> list(String name) {
        List<Answer> objects = new ArrayList<>();
        if (document.get(name) instanceof List<?> list) {
            list.forEach(item -> {
                if (item instanceof Map<?, ?> map) {
                    Map<String, Object> object = new java.util.LinkedHashMap<>();
                    map.forEach((key, value) -> object.put(String.valueOf(key), value));
                    objects.add(new Answer(status, object));
                }
            });
        }
        return objects;
    }

    List<Problem> problems() {
        return list("problems").stream().map(Answer::problem).toList();
    }

    private Problem problem() {
        String subject = orEmpty("subject");
        String description = orEmpty("description");
        String action = orEmpty("action");
        ProblemCode code = code();
        return switch (orEmpty("severity")) {
            case "info" -> Problem.info(code, subject, description, action);
            case "warning" -> Problem.warning(code, subject, description, action);
            default -> Problem.error(code, subject, description, action);
        };
    }

    private String orEmpty(String name) {
        String text = text(name);
        return text == null ? "" : text;
    }

    /** A newer backend may know more kinds. */
    private ProblemCode code() {
        String id = orEmpty("code").toUpperCase(Locale.ROOT).replace('-', '_');
        for (ProblemCode known : ProblemCode.values()) {
            if (known.name().equals(id)) {
                return known;
            }
        }
        return ProblemCode.MIGRATION_FAILED;
    }

    /** What it says is wrong, or what its status means. */
    MigratorException asFailure(String subject) {
        List<Problem> told = problems().stream().filter(Problem::isError).toList();
        return told.isEmpty()
                ? new MigratorException(
                        Problem.error(code(status), subject, "It answers " + status + ".", advice(status)))
                : new MigratorException(told, null);
    }

    private static ProblemCode code(int status) {
        return switch (status) {
            case 401, 403, 405, 429 -> ProblemCode.REFUSED;
            case 409 -> ProblemCode.LOCK_TIMEOUT;
            case 404 -> ProblemCode.INVALID_SETTING;
            default -> ProblemCode.CONNECTION;
        };
    }

    private static String advice(int status) {
        return switch (status) {
            case 401, 403 ->
                "Something in front of the endpoint refuses: let requests with the header developer-key pass.";
            case 404 ->
                "Give the actuator's path with --actuator-path, and expose the endpoint there:"
                        + " management.endpoints.web.exposure.include=health,migrations";
            case 405 ->
                "The endpoint only reads. Set management.endpoint.migrations.access=unrestricted and"
                        + " migrator.endpoint.key in the service.";
            default -> "Look at the service's log.";
        };
    }
}
