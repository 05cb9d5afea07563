package dev.migrator.autoconfigure.actuate;

import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.SafeText;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a request, each at most once and each known: a {@code dryrun=true} that was ignored would run for
 * real.
 */
record ActionParameters(Map<String, List<String>> values) {

    static final String DRY_RUN = "dryRun";
    static final String CONFIRM = "confirm";
    static final String REASON = "reason";

    private static final int LONGEST = 1_000;

    static ActionParameters of(ActionRequest request, List<String> known) {
        if (request.hasBody()) {
            throw refused("body", "A body is not read.", "Send the parameters in the query: ?reason=…");
        }
        request.parameters().forEach((name, values) -> {
            if (!known.contains(name)) {
                throw refused(name, "There is no such parameter.", "Known are: " + String.join(", ", known));
            } else if (values.size() != 1 || values.get(0).length() > LONGEST) {
                throw refused(
                        name,
                        "It is given twice, or too long.",
                        "Give it once, with " + LONGEST + " characters at most.");
            }
        });
        return new ActionParameters(request.parameters());
    }

    @Nullable
    String text(String name) {
        List<String> found = values.get(name);
        return found == null || found.get(0).isBlank() ? null : found.get(0);
    }

    String reason() {
        String reason = text(REASON);
        return reason == null ? "no reason given" : SafeText.of(reason);
    }

    boolean isDryRun() {
        String text = text(DRY_RUN);
        if (text != null && !text.equals("true") && !text.equals("false")) {
            throw refused(DRY_RUN, "It is neither true nor false.", "Give dryRun=true or dryRun=false.");
        }
        return "true".equals(text);
    }

    private static MigratorException refused(String name, String description, String action) {
        return new MigratorException(
                Problem.error(ProblemCode.INVALID_SETTING, SafeText.line(name), description, action));
    }
}
