package dev.migrator.batch;

import java.util.Locale;

/** What a person wants of a batched migration; kept in its row, so that any process can say it to any other. */
public enum Wanted {
    RUN,
    PAUSE,
    CANCEL;

    String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Wanted of(String text) {
        for (Wanted each : values()) {
            if (each.text().equals(text)) {
                return each;
            }
        }
        return RUN;
    }
}
