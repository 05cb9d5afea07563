package dev.migrator.autoconfigure.drift;

import dev.migrator.reconcile.DriftReport;
import dev.migrator.reconcile.DriftReport.State;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * What one look for drift has found; small, whatever the schema's size.
 *
 * @param objects how many objects differ; empty where the schema could not be compared
 * @param first the first of them, a line each
 * @param document all that a machine is told, both definitions with it
 * @param checkedAt by this machine's clock
 */
public record DriftLook(
        State state, OptionalInt objects, List<String> first, Map<String, Object> document, Instant checkedAt) {

    private static final int FEW = 5;
    private static final int MOST = 100;

    static DriftLook of(DriftReport report, Instant checkedAt) {
        Map<String, Object> document = new LinkedHashMap<>(report.document(MOST));
        document.put("checkedAt", checkedAt.toString());
        boolean compared = report.state() == State.NONE || report.state() == State.DRIFTED;
        return new DriftLook(
                report.state(),
                compared ? OptionalInt.of(report.objects()) : OptionalInt.empty(),
                report.headlines(FEW),
                document,
                checkedAt);
    }

    public boolean hasDrift() {
        return state == State.DRIFTED;
    }
}
