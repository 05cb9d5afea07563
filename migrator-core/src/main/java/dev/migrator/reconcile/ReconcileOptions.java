package dev.migrator.reconcile;

/** @param dryRun whether only to tell what would be added */
public record ReconcileOptions(boolean dryRun) {

    public static final ReconcileOptions FIX = new ReconcileOptions(false);
    public static final ReconcileOptions DRY_RUN = new ReconcileOptions(true);
}
