package dev.migrator.autoconfigure.drift;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.Migrator;
import dev.migrator.autoconfigure.ActivitySnapshot.Phase;
import dev.migrator.autoconfigure.MigrationActivity;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DriftScheduleTest {

    /** Nobody knows of a migration here: they are other environments' matter, and so is their schema. */
    @ParameterizedTest
    @CsvSource({
        "PENDING, 1h, true",
        "COMPLETED, 1h, true",
        "FAILED, 1h, true",
        "PENDING, 0s, false",
        "UNKNOWN, 1h, false"
    })
    void itLooksWhereAStartMigratesAndSomebodyWantsIt(Phase phase, String interval, boolean looks) {
        Migrator migrator = Migrator.builder()
                .connection("jdbc:postgresql://localhost/never_asked", null, null)
                .build();
        Clock clock = Clock.systemUTC();
        DriftSchedule schedule = new DriftSchedule(
                new DriftCheck(migrator, new DriftMemory(), clock),
                new MigrationActivity(clock, phase),
                Duration.parse("PT" + interval));

        assertThat(schedule.isAutoStartup()).isEqualTo(looks);
    }
}
