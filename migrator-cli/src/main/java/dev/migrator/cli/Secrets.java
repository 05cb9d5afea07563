package dev.migrator.cli;

import dev.migrator.problem.SafeText;
import org.jspecify.annotations.Nullable;

/** Whether a text that a person typed holds a password: what would be masked in a message does. */
final class Secrets {

    private Secrets() {}

    static boolean areIn(@Nullable String text) {
        return text != null && !SafeText.line(text).equals(text);
    }
}
