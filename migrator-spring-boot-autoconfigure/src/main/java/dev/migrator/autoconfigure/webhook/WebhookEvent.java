package dev.migrator.autoconfigure.webhook;

import java.util.Locale;

/** What can be told. */
public enum WebhookEvent {
    RUN_STARTED,
    /** Everything that was pending is applied. */
    RUN_COMPLETED,
    /** Something failed or was left out, or the run ended before it could do anything. */
    RUN_FAILED,
    MIGRATION_COMPLETED,
    MIGRATION_FAILED,
    /** Applied migrations were taken back. */
    ROLLED_BACK;

    /** As it is written in settings and messages, for example {@code run-failed}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
