package dev.migrator.directive;

import dev.migrator.problem.Nearest;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The closed list of directives, with those that are planned: they are refused by name, never taken for a comment. */
enum DirectiveWord {
    MANUAL,
    NO_TRANSACTION,
    REPEATABLE,
    ENVIRONMENTS,
    LOCK_TIMEOUT,
    STATEMENT_TIMEOUT,
    RETRIES,
    DEPENDS,
    PHASE,
    BATCH,
    ALLOW;

    private final String text = name().toLowerCase(Locale.ROOT).replace('_', '-');

    String text() {
        return text;
    }

    boolean isSupported() {
        return compareTo(BATCH) <= 0;
    }

    static Optional<DirectiveWord> of(String text) {
        return Arrays.stream(values()).filter(word -> word.text.equals(text)).findFirst();
    }

    static String supported() {
        return Arrays.stream(values())
                .filter(DirectiveWord::isSupported)
                .map(DirectiveWord::text)
                .collect(Collectors.joining(", "));
    }

    static @Nullable String nearest(String text) {
        return Nearest.of(
                text,
                Arrays.stream(values())
                        .filter(DirectiveWord::isSupported)
                        .map(word -> word.text)
                        .toList());
    }
}
