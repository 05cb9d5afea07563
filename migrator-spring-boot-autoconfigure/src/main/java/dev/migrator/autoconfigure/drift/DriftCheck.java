package dev.migrator.autoconfigure.drift;

import dev.migrator.Migrator;
import dev.migrator.problem.MigratorException;
import dev.migrator.reconcile.DriftReport;
import java.time.Clock;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks for drift, on a connection of its own that it gives back, and remembers what it saw. */
public final class DriftCheck {

    private static final Logger log = LoggerFactory.getLogger(DriftCheck.class);

    private final Migrator migrator;
    private final DriftMemory memory;
    private final Clock clock;
    private List<String> told = List.of();

    DriftCheck(Migrator migrator, DriftMemory memory, Clock clock) {
        this.migrator = migrator;
        this.memory = memory;
        this.clock = clock;
    }

    /** Takes no lock. */
    public DriftLook check() {
        return remembered(migrator);
    }

    /** From now on the schema as it is counts as what the migrations made of it; the log keeps who said so, and why. */
    public DriftLook accept(String operator, String reason) {
        Migrator theirs = migrator.onBehalfOf(operator, event -> {});
        theirs.acceptDrift(reason);
        return remembered(theirs);
    }

    private DriftLook remembered(Migrator looking) {
        long begun = memory.lookBegins();
        try {
            DriftReport report = looking.drift();
            DriftLook look = DriftLook.of(report, clock.instant());
            memory.remember(look, begun);
            tellNew(look);
            return look;
        } catch (MigratorException e) {
            memory.failed(e.first());
            throw e;
        }
    }

    /** Once, however often it is looked for. */
    private synchronized void tellNew(DriftLook look) {
        List<String> found = look.hasDrift() ? look.first() : List.of();
        if (!found.equals(told)) {
            told = found;
            if (!found.isEmpty()) {
                log.atWarn()
                        .addKeyValue("objects", look.objects().orElse(0))
                        .log(
                                "The schema was changed outside of migrations, {} in all: {}",
                                look.objects().orElse(0),
                                String.join(", ", found));
            }
        }
    }

    Migrator migrator() {
        return migrator;
    }
}
