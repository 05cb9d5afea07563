package dev.migrator.postgres;

import java.util.List;

/**
 * Takes back everything that a migration may have left in the session, so that the next one starts as the first did.
 * These are the parts of DISCARD ALL, which itself can't share a message and would give our advisory lock away.
 */
public final class Hygiene {

    private static final List<String> RESET = List.of(
            "CLOSE ALL",
            "RESET SESSION AUTHORIZATION",
            "RESET ROLE",
            "RESET ALL",
            "DEALLOCATE ALL",
            "UNLISTEN *",
            "DISCARD PLANS",
            "DISCARD SEQUENCES",
            "DISCARD TEMP");

    private Hygiene() {}

    /** Adds the clean-up to a message, after its COMMIT. */
    public static void addTo(Message message) {
        RESET.forEach(message::add);
    }
}
