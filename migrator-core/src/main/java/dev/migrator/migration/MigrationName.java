package dev.migrator.migration;

import dev.migrator.migration.NameReading.Invalid;
import dev.migrator.migration.NameReading.Unfit;
import dev.migrator.migration.NameReading.Valid;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.NameCharacters;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;

/**
 * Identity and place in the order of a migration. The identity is the whole name without its ending; the order is the
 * version, then the whole name by code points, so that no locale changes it. It agrees with {@code equals}.
 */
public final class MigrationName implements Comparable<MigrationName> {

    private final String value;
    private final Version version;
    private final int titleStart;

    MigrationName(String value, Version version, int titleStart) {
        this.value = value;
        this.version = version;
        this.titleStart = titleStart;
    }

    /** For names that come from code; throws {@link ProblemCode#INVALID_NAME} with the form that is missing. */
    public static MigrationName of(String value) {
        NameReading reading = read(value);
        if (reading instanceof Valid valid) {
            return valid.name();
        }
        throw new MigratorException(refusal(value, reading));
    }

    /** For names that may be anything, such as those of files. */
    public static NameReading read(String value) {
        return NameGrammar.read(value);
    }

    private static Problem refusal(String value, NameReading reading) {
        String subject = NameCharacters.visible(value);
        if (reading instanceof Invalid invalid) {
            return Problem.error(ProblemCode.INVALID_NAME, subject, "it " + invalid.reason() + ".", invalid.action());
        }
        Unfit unfit = (Unfit) reading;
        String action = unfit.nearest() == null
                ? "Use a form such as 20250202-add-customer-fields or 003-add-reset-token-fields."
                : "Probably meant: " + unfit.nearest();
        return Problem.error(ProblemCode.INVALID_NAME, subject, "it " + unfit.lacks() + ".", action);
    }

    public String value() {
        return value;
    }

    /** As it is written, for example {@code 20250202}, {@code 003}, {@code 2.1}; empty for a repeatable name. */
    public String version() {
        return version.text();
    }

    /** What people read: the part after the version, with blanks for its separators. */
    public String title() {
        StringBuilder title = new StringBuilder(value.length() - titleStart);
        boolean gap = false;
        for (int i = titleStart; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '-' || c == '_' || c == ' ') {
                gap = true;
                continue;
            }
            if (gap && !title.isEmpty()) {
                title.append(' ');
            }
            gap = false;
            title.append(c);
        }
        return title.toString();
    }

    public boolean isRepeatableName() {
        return version.rank() == Version.Rank.NONE;
    }

    /** Whether both stand at one place of the order before their names are compared: 2_1 and 2.1, a date and its midnight. */
    public boolean hasVersionOf(MigrationName other) {
        return version.compareTo(other.version) == 0;
    }

    @Override
    public int compareTo(MigrationName other) {
        int order = version.compareTo(other.version);
        return order == 0 ? compareCodePoints(value, other.value) : order;
    }

    /** {@code String.compareTo} compares UTF-16 units, which puts an emoji before U+FFFC; databases in the C locale do not. */
    private static int compareCodePoints(String left, String right) {
        int length = Math.min(left.length(), right.length());
        for (int i = 0; i < length; i++) {
            if (left.charAt(i) != right.charAt(i)) {
                int start = i > 0 && Character.isHighSurrogate(left.charAt(i - 1)) ? i - 1 : i;
                return Integer.compare(left.codePointAt(start), right.codePointAt(start));
            }
        }
        return Integer.compare(left.length(), right.length());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MigrationName name && value.equals(name.value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return value;
    }
}
