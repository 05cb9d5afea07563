package dev.migrator.source;

import dev.migrator.migration.HookFile;
import dev.migrator.migration.MigrationName;
import dev.migrator.migration.NameReading;
import dev.migrator.migration.NameReading.Unfit;
import dev.migrator.migration.NameReading.Valid;
import java.util.Locale;
import java.util.Set;

/** What a file is, judged by its name alone. */
sealed interface FileName {

    record Up(MigrationName name) implements FileName {}

    record Down(MigrationName name) implements FileName {}

    /** Flyway's {@code U2_1__name.sql}: goes with the V of its version, whatever either is called. */
    record Undo(MigrationName counterpart) implements FileName {}

    /** Runs beside the migrations. */
    record Hook(HookFile.Moment moment) implements FileName {}

    /** Left behind by an editor or a tool; not worth a word. */
    record Dropping() implements FileName {}

    record Unknown(String reason, String action) implements FileName {}

    record Invalid(String reason, String action) implements FileName {}

    String ENDING = ".sql";
    String FORMS = "Use a form such as 20250202-add-customer-fields.sql or 003-add-reset-token-fields.sql.";
    Set<String> DROPPING_ENDINGS = Set.of("~", ".bak", ".swp", ".swo", ".swx", ".orig", ".rej", ".tmp");
    Set<String> DROPPING_NAMES = Set.of(
            ".ds_store",
            ".gitkeep",
            ".keep",
            ".gitignore",
            ".gitattributes",
            ".editorconfig",
            "thumbs.db",
            "desktop.ini");
    Set<String> CALLBACK_STARTS = Set.of("before", "after", "createSchema");

    static FileName read(String file) {
        if (isDropping(file)) {
            return new Dropping();
        }
        if (file.startsWith(".")) {
            return new Unknown("is a hidden file", "Rename it if it is a migration.");
        }
        if (!hasEnding(file)) {
            return foreign(file);
        }
        String name = cut(file, ENDING);
        HookFile.Moment moment =
                isDigit(name.charAt(0)) ? null : HookFile.Moment.of(name).orElse(null);
        if (moment != null) {
            return new Hook(moment);
        }
        if (endsWith(name, ".down")) {
            return named(cut(name, ".down"), file, true);
        }
        return named(endsWith(name, ".up") ? cut(name, ".up") : name, file, false);
    }

    private static FileName named(String name, String file, boolean down) {
        if (name.length() > 1 && name.charAt(0) == 'U' && isDigit(name.charAt(1))) {
            return undo(name, file);
        }
        NameReading reading = MigrationName.read(name);
        if (reading instanceof Valid valid) {
            return down ? new Down(valid.name()) : new Up(valid.name());
        }
        if (reading instanceof NameReading.Invalid invalid) {
            return new Invalid(invalid.reason(), invalid.action());
        }
        return unfit(name, file, (Unfit) reading);
    }

    private static FileName undo(String name, String file) {
        NameReading reading = MigrationName.read("V" + name.substring(1));
        boolean paired = name.length() + ENDING.length() < file.length();
        if (reading instanceof Valid valid && !paired) {
            return new Undo(valid.name());
        }
        if (reading instanceof NameReading.Invalid invalid) {
            return new Invalid(invalid.reason(), invalid.action());
        }
        String reason = paired
                ? "is a Flyway undo migration with the ending of a pair"
                : "is not a complete name of a Flyway undo migration";
        return new Unknown(reason, "Use NAME.down.sql, or U with the version, two underscores and a description.");
    }

    private static FileName unfit(String name, String file, Unfit unfit) {
        if (isCallback(name)) {
            return new Unknown(
                    "is a Flyway callback; callbacks are not run",
                    "Make it a migration or a hook (beforeRun.sql, afterEachMigration.sql, afterRun.sql), or remove it.");
        }
        if (name.length() > 1 && name.charAt(0) == 'B' && isDigit(name.charAt(1))) {
            return new Unknown(
                    "is a Flyway baseline migration; these are not run", "Make it a migration, or remove it.");
        }
        String ending = file.substring(name.length());
        String nearest = unfit.nearest();
        return new Unknown(unfit.lacks(), nearest == null ? FORMS : "Probably meant: " + nearest + ending);
    }

    private static FileName foreign(String file) {
        if (endsWith(file, ".sql.conf")) {
            return new Unknown(
                    "is a Flyway script configuration, which is not read",
                    "Write directives at the head of the SQL file.");
        }
        return new Unknown(
                "does not end in .sql", "Give it the ending .sql if it is a migration, or move it elsewhere.");
    }

    private static boolean isDropping(String file) {
        if (!file.isEmpty() && isDigit(file.charAt(0)) && hasEnding(file)) {
            return false; // nearly all files; the rest is for the odd ones
        }
        String lower = file.toLowerCase(Locale.ROOT);
        for (String ending : DROPPING_ENDINGS) {
            if (lower.endsWith(ending)) {
                return true;
            }
        }
        return lower.startsWith("readme")
                || lower.startsWith("._")
                || lower.startsWith(".#")
                || (lower.startsWith("#") && lower.endsWith("#"))
                || DROPPING_NAMES.contains(lower);
    }

    private static boolean isCallback(String name) {
        for (String start : CALLBACK_STARTS) {
            if (name.startsWith(start)) {
                return name.length() == start.length()
                        || Character.isUpperCase(name.charAt(start.length()))
                        || name.startsWith("__", start.length());
            }
        }
        return false;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    static boolean hasEnding(String file) {
        return endsWith(file, ENDING);
    }

    private static boolean endsWith(String text, String ending) {
        return text.regionMatches(true, text.length() - ending.length(), ending, 0, ending.length());
    }

    private static String cut(String text, String ending) {
        return text.substring(0, text.length() - ending.length());
    }
}
