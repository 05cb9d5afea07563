package dev.migrator.autoconfigure.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.event.MigrationEvent;
import dev.migrator.event.Progress;
import dev.migrator.migration.MigrationName;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LiveStepsTest {

    private static final MigrationName FIRST = MigrationName.of("001-first");
    private static final MigrationName SECOND = MigrationName.of("002-second");

    private final LiveSteps steps = new LiveSteps(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));

    @Test
    void itTellsOfThePresentStepAndForgetsItAtItsEndAndOfTheRunAtTheNext() {
        steps.on(new MigrationEvent.MigrationStarted("run", FIRST, 1));
        steps.on(new MigrationEvent.MigrationProgressed(
                "run",
                FIRST,
                new Progress(50, 200, 1, 24.6, Duration.ofSeconds(6), "a@b.c to d@e.f", "a standby is behind")));
        assertThat(steps.document())
                .containsEntry("stepBegan", "1970-01-01T00:00:00Z")
                .containsEntry(
                        "progress",
                        Map.of(
                                "done", 50L,
                                "estimated", 200L,
                                "failed", 1L,
                                "perSecond", 25L,
                                "leftSeconds", 6L,
                                "hold", "a standby is behind"));

        steps.on(new MigrationEvent.MigrationCompleted("run", FIRST, Duration.ofMillis(70)));
        assertThat(steps.document()).hasToString("{durations={001-first=70}}");

        steps.on(new MigrationEvent.MigrationStarted("run", SECOND, 1));
        steps.on(new MigrationEvent.IndexBuilding("run", SECOND, "building index: 5 %"));
        assertThat(steps.document()).containsEntry("note", "building index: 5 %");

        steps.on(new MigrationEvent.MigrationStarted("next", SECOND, 1));
        assertThat(steps.document()).hasToString("{durations={}, stepBegan=1970-01-01T00:00:00Z}");
    }
}
