package dev.migrator.postgres;

import java.util.List;

/**
 * Takes back everything that a migration may have left in the session, so that the next one starts as the first did.
 * These are the parts of DISCARD ALL, which itself can't share a message and would give our advisory lock away.
 */
final class Hygiene {

    /** Only what a script prepared: a pooler keeps statements of its own there and believes that they stay. */
    private static final String DEALLOCATE_OF_SCRIPTS = """
            DO $migrator$
            DECLARE
                found pg_catalog.text;
            BEGIN
                FOR found IN SELECT p.name FROM pg_catalog.pg_prepared_statements p WHERE p.from_sql LOOP
                    EXECUTE pg_catalog.format('DEALLOCATE %I', found);
                END LOOP;
            END
            $migrator$""";

    private static final List<String> FIRST =
            List.of("CLOSE ALL", "RESET SESSION AUTHORIZATION", "RESET ROLE", "RESET ALL");

    private static final List<String> LAST = List.of("DISCARD PLANS", "DISCARD SEQUENCES", "DISCARD TEMP");

    private Hygiene() {}

    /** Adds the clean-up to a message, after its COMMIT. */
    public static void addTo(Message message) {
        FIRST.forEach(message::add);
        message.add("DEALLOCATE ALL");
        message.add("UNLISTEN *");
        LAST.forEach(message::add);
    }

    /** The same for a server process that a pooler lends us for this message. */
    public static void addSharedTo(Message message) {
        FIRST.forEach(message::add);
        message.add(DEALLOCATE_OF_SCRIPTS);
        LAST.forEach(message::add);
    }
}
