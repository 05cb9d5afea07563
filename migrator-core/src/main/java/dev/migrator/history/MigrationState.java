package dev.migrator.history;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What people see; {@link #status()} is what the table holds, and what existing queries filter by. */
public enum MigrationState {
    PENDING("pending"),
    RUNNING("running"),
    COMPLETED("success"),
    FAILED("failed"),
    SKIPPED("skipped");

    private final String status;

    MigrationState(String status) {
        this.status = status;
    }

    public String status() {
        return status;
    }

    /** Reads our own words and those that adopted tables use; a table without the column holds applied rows only. */
    static Optional<MigrationState> ofStatus(@Nullable String status) {
        if (status == null) {
            return Optional.of(COMPLETED);
        }
        return Optional.ofNullable(
                switch (status.strip().toLowerCase(Locale.ROOT)) {
                    case "success", "completed", "applied", "done" -> COMPLETED;
                    case "failed", "failure", "error" -> FAILED;
                    case "running", "in_progress" -> RUNNING;
                    case "skipped" -> SKIPPED;
                    case "pending", "rolled_back" -> PENDING;
                    default -> null;
                });
    }
}
