package dev.migrator.event;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How far a data migration is.
 *
 * @param done records that are behind it
 * @param total how many there are, or are thought to be, which may be too few; 0 where nobody knows
 * @param failed how many could not be migrated and were left out
 * @param perSecond since it began or went on
 * @param left what remains at this rate, or null where nobody knows
 * @param range the keys of the last batch, or null
 * @param hold why it waits instead of going on, or null
 */
public record Progress(
        long done,
        long total,
        long failed,
        double perSecond,
        @Nullable Duration left,
        @Nullable String range,
        @Nullable String hold) {

    /** How a hold begins that a person asked for. */
    public static final String PAUSED = "a person has paused it";

    /** @param before how many were done when this run of it began */
    public static Progress of(long done, long before, long total, Duration elapsed) {
        double seconds = elapsed.toNanos() / 1e9;
        double rate = seconds <= 0 ? 0 : (done - before) / seconds;
        boolean known = total > 0 && done <= total && rate > 0;
        Duration left = known ? Duration.ofMillis((long) ((total - done) / rate * 1000)) : null;
        return new Progress(done, total, 0, rate, left, null, null);
    }

    public Progress at(@Nullable String keys, long failures) {
        return new Progress(done, total, failures, perSecond, left, keys, hold);
    }

    /** While a person has paused it nobody knows what is left: for how long, only he does. */
    public Progress holding(@Nullable String why) {
        return new Progress(done, total, failed, perSecond, isPause(why) ? null : left, range, why);
    }

    /** Whether it waits for a person, and not for the database. */
    public boolean isPaused() {
        return isPause(hold);
    }

    public static boolean isPause(@Nullable String hold) {
        return hold != null && hold.startsWith(PAUSED);
    }

    /** Whether keys are walked over; code may also tell a progress of its own. */
    public boolean isOfBatch() {
        return range != null || hold != null;
    }

    /** One line for people. */
    public String text() {
        StringBuilder text = new StringBuilder().append(done);
        if (total > 0 && done > total) {
            text.append(" (more than the ").append(total).append(" that were estimated)");
        } else if (total > 0) {
            text.append(" of ")
                    .append(total)
                    .append(" (")
                    .append(done * 100 / total)
                    .append(" %)");
        }
        text.append(", ").append(Math.round(perSecond)).append("/s");
        if (left != null) {
            text.append(", ").append(inWords(left)).append(" left");
        }
        if (failed > 0) {
            text.append(", ").append(failed).append(" failed");
        }
        if (range != null) {
            text.append(", at ").append(range);
        }
        return hold == null ? text.toString() : text + "; it waits: " + hold;
    }

    /** Rounded down to what a person wants to know. */
    public static String inWords(Duration time) {
        long seconds = time.toSeconds();
        if (seconds < 120) {
            return seconds + " s";
        }
        return seconds < 7200 ? seconds / 60 + " min" : seconds / 3600 + " h";
    }
}
