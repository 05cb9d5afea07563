package dev.migrator.autoconfigure.environment;

import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.SafeText;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.springframework.boot.convert.DurationStyle;

/**
 * A value of an environment variable, which is understood or refused: a typo must not switch migrations on or off.
 *
 * @param property what the variable sets
 */
record VariableValue(String variable, String property, String text) {

    private static final Duration LONGEST = Duration.ofDays(365);
    private static final int MOST_RETRIES = 1_000;

    boolean asBoolean() {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "true", "yes", "on", "1" -> true;
            case "false", "no", "off", "0" -> false;
            default -> throw refused("true or false (also yes/no, on/off, 1/0)");
        };
    }

    /** @param unit what a bare number counts */
    Duration asDuration(ChronoUnit unit) {
        String wanted = "a whole number of " + unit.toString().toLowerCase(Locale.ROOT)
                + ", or a duration such as 30s or 5m; not negative and at most a year";
        try {
            Duration duration = DurationStyle.detectAndParse(text.strip(), unit);
            if (duration.isNegative() || duration.compareTo(LONGEST) > 0) {
                throw refused(wanted);
            }
            return duration;
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw refused(wanted);
        }
    }

    int asCount() {
        String wanted = "a whole number from 0 to " + MOST_RETRIES;
        try {
            int count = Integer.parseInt(text.strip());
            if (count < 0 || count > MOST_RETRIES) {
                throw refused(wanted);
            }
            return count;
        } catch (NumberFormatException e) {
            throw refused(wanted);
        }
    }

    PostgresUrl asUrl() {
        return PostgresUrl.parse(text, variable);
    }

    private MigratorException refused(String wanted) {
        return new MigratorException(Problem.error(
                ProblemCode.INVALID_SETTING,
                variable,
                "The environment variable " + variable + " (for the property " + property + ") is '"
                        + SafeText.line(text) + "'; it takes " + wanted + ".",
                "Correct or remove the variable " + variable + "."));
    }
}
