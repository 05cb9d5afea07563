package dev.migrator;

/**
 * The set in numbers.
 *
 * @param pending what the next run would try, failed ones too
 * @param manual pending ones that only a person starts
 * @param averageTimeMs of the applied ones whose time is known
 */
public record Statistics(
        int total, int applied, int pending, int failed, int skipped, int manual, long averageTimeMs) {}
