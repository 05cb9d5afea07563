package dev.migrator.migration;

import dev.migrator.migration.NameReading.Invalid;
import dev.migrator.migration.NameReading.Unfit;
import dev.migrator.migration.NameReading.Valid;
import dev.migrator.problem.NameCharacters;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The forms of a name. Only ASCII digits and letters decide, so no locale can change what a name means. */
final class NameGrammar {

    static final int MAX_LENGTH = 200;
    private static final int MIN_DIGITS = 3;
    private static final int MAX_DIGITS = 18;
    private static final String FEWER_DIGITS = "Name a day or second that exists; a number needs fewer digits.";

    private NameGrammar() {}

    static NameReading read(String value) {
        NameReading reading = form(value);
        if (!(reading instanceof Valid)) {
            return reading;
        }
        int forbidden = NameCharacters.firstForbidden(value);
        if (forbidden >= 0) {
            char c = value.charAt(forbidden);
            return new Invalid(
                    "has " + NameCharacters.describe(c) + " in its name",
                    c == '\uFFFD'
                            ? "Rename it, or start the JVM with a UTF-8 locale such as LC_ALL=C.UTF-8."
                            : "Rename it.");
        }
        int length = value.codePointCount(0, value.length());
        if (length > MAX_LENGTH) {
            return new Invalid(
                    "has a name of " + length + " characters; " + MAX_LENGTH + " is the most", "Shorten the name.");
        }
        return reading;
    }

    private static NameReading form(String value) {
        if (value.isEmpty()) {
            return new Unfit("has no name", null);
        }
        char first = value.charAt(0);
        if (isDigit(first)) {
            return digits(value);
        }
        boolean versioned = value.length() > 1 && isDigit(value.charAt(1));
        if (versioned && first == 'V') {
            return flyway(value);
        }
        if (versioned && first == 'v') {
            return new Unfit("begins with a lower-case v", nearest("V" + value.substring(1)));
        }
        if (value.length() > 1 && value.charAt(1) == '_' && (first == 'R' || first == 'r')) {
            return repeatable(value);
        }
        return new Unfit("begins neither with a date, a timestamp or a number, nor with V or R__", null);
    }

    private static NameReading digits(String value) {
        int digits = digitsFrom(value, 0);
        int rest = skipSeparators(value, digits);
        if (rest == digits) {
            return new Unfit("has no - or _ after its digits", joined(value.substring(0, digits), value, digits, "-"));
        }
        if (value.substring(rest).isBlank()) {
            return new Unfit("has nothing after its digits that says what it does", null);
        }
        if (digits < MIN_DIGITS) {
            return new Unfit("has fewer than three digits", "0".repeat(MIN_DIGITS - digits) + value);
        }
        if (digits > MAX_DIGITS) {
            return new Invalid(
                    "begins with " + digits + " digits; " + MAX_DIGITS + " are the most", "Use fewer digits.");
        }
        boolean dated = digits == 8 || digits == 14;
        if (dated && !CalendarDigits.exist(value, 0, digits)) {
            return new Invalid(
                    "begins with " + value.substring(0, digits) + ", which is not a "
                            + (digits == 8 ? "date" : "date and time"),
                    FEWER_DIGITS);
        }
        String text = value.substring(0, digits);
        return valid(value, version(new long[] {number(value, 0, digits)}, dated ? digits : 0, text), rest);
    }

    /** {@code V2_1__name}: parts of digits with single dots or underscores between them. */
    private static NameReading flyway(String value) {
        long[] parts = new long[4];
        int count = 0;
        int firstDigits = 0;
        int position = 1;
        while (true) {
            int digits = digitsFrom(value, position);
            if (digits > MAX_DIGITS) {
                return new Invalid(
                        "has a version part of " + digits + " digits; " + MAX_DIGITS + " are the most",
                        "Use fewer digits.");
            }
            parts = count == parts.length ? Arrays.copyOf(parts, count * 2) : parts;
            firstDigits = count == 0 && CalendarDigits.exist(value, position, digits) ? digits : firstDigits;
            parts[count++] = number(value, position, digits);
            position += digits;
            if (!isPartSeparator(value, position)) {
                break;
            }
            position++;
        }
        String text = value.substring(1, position).replace('_', '.');
        return described(value, position, version(Arrays.copyOf(parts, count), firstDigits, text));
    }

    private static NameReading repeatable(String value) {
        if (value.charAt(0) == 'r') {
            return new Unfit("begins with a lower-case r", nearest("R" + value.substring(1)));
        }
        return described(value, 1, Version.NONE);
    }

    private static NameReading described(String value, int position, Version version) {
        if (!value.startsWith("__", position)) {
            return new Unfit(
                    "has no double underscore after " + value.substring(0, position),
                    joined(value.substring(0, position), value, position, "__"));
        }
        int rest = skipSeparators(value, position);
        if (value.substring(rest).isBlank()) {
            return new Unfit("has nothing after its double underscore that says what it does", null);
        }
        return valid(value, version, rest);
    }

    private static NameReading valid(String value, Version version, int titleStart) {
        return new Valid(new MigrationName(value, version, titleStart));
    }

    /** @param dateDigits 8 or 14 where the first part is a point in time, else 0 */
    private static Version version(long[] parts, int dateDigits, String text) {
        if (dateDigits == 0) {
            return new Version(Version.Rank.NUMBER, parts, text);
        }
        parts[0] = dateDigits == 8 ? parts[0] * 1_000_000 : parts[0];
        return new Version(Version.Rank.INSTANT, parts, text);
    }

    private static @Nullable String joined(String head, String value, int position, String separator) {
        int rest = position;
        while (rest < value.length() && "-_. ".indexOf(value.charAt(rest)) >= 0) {
            rest++;
        }
        return rest == value.length() ? null : nearest(head + separator + value.substring(rest));
    }

    private static @Nullable String nearest(String candidate) {
        NameReading reading = read(candidate);
        if (reading instanceof Valid) {
            return candidate;
        }
        return reading instanceof Unfit unfit ? unfit.nearest() : null;
    }

    private static boolean isPartSeparator(String value, int position) {
        return position + 1 < value.length()
                && (value.charAt(position) == '.' || value.charAt(position) == '_')
                && isDigit(value.charAt(position + 1));
    }

    private static int skipSeparators(String value, int position) {
        int rest = position;
        while (rest < value.length() && (value.charAt(rest) == '-' || value.charAt(rest) == '_')) {
            rest++;
        }
        return rest;
    }

    private static int digitsFrom(String value, int start) {
        int end = start;
        while (end < value.length() && isDigit(value.charAt(end))) {
            end++;
        }
        return end - start;
    }

    private static long number(String value, int start, int digits) {
        return Long.parseLong(value, start, start + digits, 10);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
