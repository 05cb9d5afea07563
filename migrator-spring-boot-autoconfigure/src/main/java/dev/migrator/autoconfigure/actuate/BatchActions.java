package dev.migrator.autoconfigure.actuate;

import dev.migrator.Batches;
import dev.migrator.Migrator;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a person wants of a batched migration, at once: it is written where the process that runs it looks before its next
 * batch, be it this one or another. So it may be asked for while a run goes on, and does not wait for it.
 */
record BatchActions(Migrator migrator, String operator) {

    static final String RETRY = "retry-failures";
    static final Set<String> NAMES = Set.of("pause", "resume", "cancel", RETRY);

    private static final Logger log = LoggerFactory.getLogger(BatchActions.class);

    /** @param name is only compared with those of batches that have begun */
    ActionAnswer want(String action, String name, String reason) {
        Batches batches = migrator.onBehalfOf(operator, event -> {}).batches();
        switch (action) {
            case "pause" -> batches.pause(name, reason);
            case "resume" -> batches.resume(name, reason);
            case "cancel" -> batches.cancel(name, reason);
            default -> throw new IllegalArgumentException(action);
        }
        log.info("{} of {} was asked for by {}", action, name, operator);
        return ActionAnswer.done(name, action, operator, reason);
    }
}
