package dev.migrator.postgres;

import java.util.List;

/**
 * How far a concurrent index build is, in the server's words.
 *
 * @param phase for example {@code building index: scanning table}, {@code waiting for old snapshots}
 * @param done blocks or rows of this phase, by what the phase counts
 * @param total of the same, or 0 where the phase counts nothing
 * @param waitsFor the sessions whose transactions it waits for
 */
public record IndexProgress(String phase, long done, long total, List<String> waitsFor) {

    public IndexProgress {
        waitsFor = List.copyOf(waitsFor);
    }

    public String describe() {
        return phase
                + (total > 0 ? ", " + 100 * done / total + " %" : "")
                + (waitsFor.isEmpty() ? "" : ", waits for " + String.join("; ", waitsFor));
    }
}
