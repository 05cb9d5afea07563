package dev.migrator.directive;

import dev.migrator.problem.NameCharacters;
import dev.migrator.problem.Nearest;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The values of the directives of one file, as far as they were good. */
final class DirectiveValues {

    @FunctionalInterface
    interface Refusal {
        void refuse(int line, String description, String action);
    }

    private static final int MOST_RETRIES = 1000;

    private final Refusal refusal;
    private boolean manual;
    private boolean noTransaction;
    private boolean repeatable;
    private Set<String> environments = Set.of();
    private @Nullable Duration lockTimeout;
    private @Nullable Duration statementTimeout;
    private @Nullable Integer retries;
    private List<String> depends = List.of();
    private @Nullable Phase phase;
    private @Nullable BatchDirective batch;

    DirectiveValues(Refusal refusal) {
        this.refusal = refusal;
    }

    Directives directives() {
        return new Directives(
                manual,
                noTransaction,
                repeatable,
                environments,
                lockTimeout,
                statementTimeout,
                retries,
                depends,
                phase == null ? Phase.PRE_DEPLOY : phase,
                batch);
    }

    void apply(DirectiveWord word, DirectiveItem item) {
        switch (word) {
            case MANUAL -> {
                manual = flag(item);
                refuseManualPhase(item);
            }
            case NO_TRANSACTION -> noTransaction = flag(item);
            case REPEATABLE -> repeatable = flag(item);
            case ENVIRONMENTS -> environments = new LinkedHashSet<>(list(item));
            case DEPENDS -> depends = list(item);
            case LOCK_TIMEOUT -> lockTimeout = duration(item);
            case STATEMENT_TIMEOUT -> statementTimeout = duration(item);
            case RETRIES -> retries = count(item);
            case BATCH -> {} // with its own words: applyBatch
            case PHASE -> {
                phase = phase(item);
                refuseManualPhase(item);
            }
            case ALLOW -> refuse(item, "is not supported in this version", "Remove it; it would have no effect.");
        }
    }

    /** @param words what follows in its line */
    void applyBatch(DirectiveItem item, List<DirectiveItem> words) {
        flag(item);
        BatchDirective read = new BatchWords(refusal).read(item, words);
        if (batch != null && read != null && !read.equals(batch)) {
            refuse(item, "is given again with other words", "Keep one of them.");
        }
        batch = read;
    }

    private boolean flag(DirectiveItem item) {
        if (item.values() != null) {
            refuse(item, "takes no value", "Write only " + item.word() + ", or remove it.");
        }
        return true;
    }

    private List<String> list(DirectiveItem item) {
        List<String> values = item.values();
        if (values == null || values.contains("")) {
            refuse(item, "needs names with commas between them", "Write " + item.word() + "=one,two");
            return List.of();
        }
        for (String value : values) {
            if (!item.quoted() && DirectiveWord.of(value).isPresent()) {
                refuse(
                        item,
                        "lists '" + value + "', which is a directive",
                        "Put a blank between the two, or quotes around the list if it is meant.");
            }
        }
        return values;
    }

    private @Nullable Duration duration(DirectiveItem item) {
        String text = single(item);
        Duration duration = text == null ? null : DurationText.parse(text);
        if (duration == null) {
            refuse(
                    item,
                    "needs a duration" + but(text),
                    "Write for example 500ms, 2s, 10min, 1h, PT5S, or 0 for none.");
        }
        return duration;
    }

    /** A phase that is not understood is no reason to run a file early: the problem keeps everything from running. */
    private Phase phase(DirectiveItem item) {
        String text = single(item);
        Phase known = text == null ? null : Phase.of(text).orElse(null);
        if (known != null) {
            return known;
        }
        String nearest = text == null ? null : Nearest.of(text, Phase.texts());
        refuse(
                item,
                "needs one of " + String.join(", ", Phase.texts()) + but(text),
                nearest == null ? "Write for example phase=background" : "Did you mean phase=" + nearest + "?");
        return Phase.PRE_DEPLOY;
    }

    private void refuseManualPhase(DirectiveItem second) {
        if (manual && phase != null) {
            refuse(
                    second,
                    "contradicts the other one: what is manual runs when a person names it, in no phase",
                    "Keep manual or phase.");
        }
    }

    private @Nullable Integer count(DirectiveItem item) {
        String text = single(item);
        if (text == null || !isCount(text) || Integer.parseInt(text) > MOST_RETRIES) {
            refuse(item, "needs a number from 0 to " + MOST_RETRIES + but(text), "Write for example retries=10");
            return null;
        }
        return Integer.valueOf(text);
    }

    static boolean isCount(String text) {
        boolean digits = !text.isEmpty() && text.length() <= 4;
        for (int i = 0; digits && i < text.length(); i++) {
            digits = text.charAt(i) >= '0' && text.charAt(i) <= '9';
        }
        return digits;
    }

    private static @Nullable String single(DirectiveItem item) {
        List<String> values = item.values();
        return values == null ? null : values.get(0);
    }

    private static String but(@Nullable String text) {
        return text == null ? "" : ", not '" + NameCharacters.visible(text) + "'";
    }

    private void refuse(DirectiveItem item, String what, String action) {
        refusal.refuse(item.line(), "'" + item.word() + "' " + what + ".", action);
    }
}
