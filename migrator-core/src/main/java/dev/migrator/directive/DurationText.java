package dev.migrator.directive;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/** Durations as PostgreSQL writes them, and ISO-8601's. */
final class DurationText {

    /** PostgreSQL keeps its time-outs in milliseconds, as a 32-bit number. */
    private static final Duration LONGEST = Duration.ofMillis(Integer.MAX_VALUE);

    private DurationText() {}

    /** Null for anything else: no unit, an unknown one, less than a millisecond (which would mean none), too long. */
    static @Nullable Duration parse(String text) {
        if (text.equals("0")) {
            return Duration.ZERO;
        }
        Duration duration = text.startsWith("P") ? iso(text) : withUnit(text);
        boolean usable = duration != null
                && !duration.isNegative()
                && duration.compareTo(LONGEST) <= 0
                && duration.toNanos() % 1_000_000 == 0;
        return usable ? duration : null;
    }

    private static @Nullable Duration iso(String text) {
        try {
            return Duration.parse(text);
        } catch (DateTimeParseException e) {
            return null;
        }
    }

    private static @Nullable Duration withUnit(String text) {
        int digits = 0;
        while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
            digits++;
        }
        if (digits == 0 || digits > 10) {
            return null;
        }
        long count = Long.parseLong(text, 0, digits, 10);
        return switch (text.substring(digits)) {
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            case "min" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            case "d" -> Duration.ofDays(count);
            default -> null;
        };
    }
}
