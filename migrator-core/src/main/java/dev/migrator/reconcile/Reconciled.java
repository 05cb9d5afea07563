package dev.migrator.reconcile;

import java.time.Duration;

/**
 * One thing that was added.
 *
 * @param subject for people: {@code column public.staff.first_name}, {@code backfill staff}
 */
public record Reconciled(String subject, String sql, Duration duration) {}
