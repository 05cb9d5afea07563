package dev.migrator;

import dev.migrator.history.LoggedRun;
import java.util.List;

/**
 * What a person wants to see besides the status, from one look over one connection.
 *
 * @param plan what the next run would do; what is in Java is not called for it
 * @param runs the newest first
 */
public record Overview(DryRunReport plan, LocksReport locks, List<LoggedRun> runs) {

    public Overview {
        runs = List.copyOf(runs);
    }
}
