package dev.migrator.setting;

import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.SafeText;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text of a setting, which is understood or refused: a typo must not switch migrations on or off.
 *
 * @param name what a refusal names, such as an environment variable or a property
 * @param origin where it stands, as the beginning of a sentence: "The environment variable X (for the property y)"
 * @param remedy what to do with one that can't be understood
 */
public record SettingText(String name, String origin, String remedy, String text) {

    private static final Duration LONGEST = Duration.ofDays(365);
    private static final int MOST_RETRIES = 1_000;
    private static final Pattern WITH_UNIT = Pattern.compile("([+-]?\\d+)([a-zA-Z]{0,2})");

    public boolean asBoolean() {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "true", "yes", "on", "1" -> true;
            case "false", "no", "off", "0" -> false;
            default -> throw refused("true or false (also yes/no, on/off, 1/0)");
        };
    }

    /** @param unit what a bare number counts */
    public Duration asDuration(ChronoUnit unit) {
        String wanted = "a whole number of " + unit.toString().toLowerCase(Locale.ROOT)
                + ", or a duration such as 30s or 5m; not negative and at most a year";
        try {
            Duration duration = duration(text.strip(), unit, wanted);
            if (duration.isNegative() || duration.compareTo(LONGEST) > 0) {
                throw refused(wanted);
            }
            return duration;
        } catch (NumberFormatException | DateTimeException | ArithmeticException e) {
            throw refused(wanted);
        }
    }

    private Duration duration(String plain, ChronoUnit bare, String wanted) {
        Matcher simple = WITH_UNIT.matcher(plain);
        return simple.matches()
                ? Duration.of(Long.parseLong(simple.group(1)), unit(simple.group(2), bare, wanted))
                : Duration.parse(plain);
    }

    private ChronoUnit unit(String suffix, ChronoUnit bare, String wanted) {
        return switch (suffix.toLowerCase(Locale.ROOT)) {
            case "" -> bare;
            case "ns" -> ChronoUnit.NANOS;
            case "us" -> ChronoUnit.MICROS;
            case "ms" -> ChronoUnit.MILLIS;
            case "s" -> ChronoUnit.SECONDS;
            case "m" -> ChronoUnit.MINUTES;
            case "h" -> ChronoUnit.HOURS;
            case "d" -> ChronoUnit.DAYS;
            default -> throw refused(wanted);
        };
    }

    public int asCount() {
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

    /** One of these words, in whatever case. */
    public String asOneOf(List<String> words) {
        String word = text.strip().toLowerCase(Locale.ROOT);
        if (!words.contains(word)) {
            throw refused(String.join(" or ", words));
        }
        return word;
    }

    /** The address as it stands, with its user and password: they must not meet an address from elsewhere. */
    public String asUrl() {
        PostgresUrl.parse(text, name);
        return text.strip();
    }

    private MigratorException refused(String wanted) {
        return new MigratorException(Problem.error(
                ProblemCode.INVALID_SETTING,
                name,
                origin + " is '" + SafeText.line(text) + "'; it takes " + wanted + ".",
                remedy));
    }
}
