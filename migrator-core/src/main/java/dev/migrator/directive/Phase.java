package dev.migrator.directive;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** When a migration runs, beside a service that is deployed; in the order of a deployment. */
public enum Phase {
    /** Before the service takes traffic: what says nothing is meant so. */
    PRE_DEPLOY,
    /** Beside the traffic, after the service is ready; the schema is complete without it. */
    BACKGROUND,
    /** When no instance of an older release lives any more. */
    POST_DEPLOY;

    private final String text = name().toLowerCase(Locale.ROOT).replace('_', '-');

    public String text() {
        return text;
    }

    public static Optional<Phase> of(String text) {
        return Arrays.stream(values()).filter(phase -> phase.text.equals(text)).findFirst();
    }

    public static List<String> texts() {
        return Arrays.stream(values()).map(Phase::text).toList();
    }
}
