package dev.migrator.autoconfigure.actuate;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Counts wrong keys by the address that they come from. After some of them no key is looked at for a while, not even the
 * right one: whoever guesses learns nothing in that time. Safe for any number of threads; keeps a bounded number of
 * addresses.
 */
final class FailedAttempts {

    static final int ALLOWED = 5;
    static final Duration WINDOW = Duration.ofMinutes(1);

    private static final int ADDRESSES = 1_000;

    private final LongSupplier nanoTime;
    private final Map<String, Attempts> byAddress = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Attempts> eldest) {
            return size() > ADDRESSES;
        }
    };

    private record Attempts(long since, int count) {}

    /** @param nanoTime as {@link System#nanoTime()} */
    FailedAttempts(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    synchronized boolean areTooMany(String address) {
        Attempts attempts = byAddress.get(address);
        return attempts != null && attempts.count >= ALLOWED && !isOver(attempts);
    }

    synchronized void add(String address) {
        Attempts before = byAddress.remove(address);
        byAddress.put(
                address,
                before == null || isOver(before)
                        ? new Attempts(nanoTime.getAsLong(), 1)
                        : new Attempts(before.since, before.count + 1));
    }

    private boolean isOver(Attempts attempts) {
        return nanoTime.getAsLong() - attempts.since > WINDOW.toNanos();
    }
}
