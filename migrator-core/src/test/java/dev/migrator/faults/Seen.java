package dev.migrator.faults;

import dev.migrator.event.MigrationEvent;
import dev.migrator.event.MigrationListener;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What was told of concurrent work. */
final class Seen implements MigrationListener {

    private final List<String> progress = new CopyOnWriteArrayList<>();

    @Override
    public void on(MigrationEvent event) {
        if (event instanceof MigrationEvent.IndexBuilding building) {
            progress.add(building.progress());
        }
    }

    boolean waits() {
        return progress.stream().anyMatch(text -> text.contains("waits for pid "));
    }
}
