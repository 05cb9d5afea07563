package dev.migrator.event;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.migrator.migration.MigrationName;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class ListenersTest {

    private static final MigrationName NAME = MigrationName.of("001-a");
    private static final Problem PROBLEM = Problem.warning(ProblemCode.LOCK_LOST, "001-a", "something", "do this");

    private final Logger logger = (Logger) LoggerFactory.getLogger("dev.migrator");
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private Level before;

    @BeforeEach
    void listen() {
        before = logger.getLevel();
        logger.setLevel(Level.DEBUG);
        lines.start();
        logger.addAppender(lines);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(lines);
        logger.setLevel(before);
    }

    private List<String> log(MigrationEvent event) {
        lines.list.clear();
        new LoggingListener().on(event);
        return lines.list.stream()
                .map(line -> line.getLevel() + " " + line.getFormattedMessage())
                .toList();
    }

    @Test
    void aListenerThatThrowsHurtsNeitherTheRunNorTheOthers() {
        List<MigrationEvent> heard = new ArrayList<>();
        Listeners listeners = new Listeners(List.of(
                event -> {
                    throw new IllegalStateException("broken listener");
                },
                event -> {
                    throw new NoClassDefFoundError("broken class path");
                },
                heard::add));

        listeners.on(new MigrationEvent.RunCompleted("r", 1, 0, 0, null, Duration.ZERO));

        assertThat(heard).hasSize(1);
        assertThat(lines.list).hasSize(2);
    }

    @Test
    void theLogHasOneLineForWhatAPersonLooksFor() {
        assertThat(log(new MigrationEvent.LockWaiting("r", "pid 7")))
                .containsExactly("INFO Waiting for another session that migrates: pid 7");
        assertThat(log(new MigrationEvent.RunStarted("r", List.of(NAME)))).containsExactly("INFO Migrating: 1 pending");
        assertThat(log(new MigrationEvent.MigrationStarted("r", NAME, 2)))
                .containsExactly("DEBUG Starting 001-a (try 2)");
        assertThat(log(new MigrationEvent.MigrationCompleted("r", NAME, Duration.ofMillis(12))))
                .containsExactly("INFO Applied 001-a in 12 ms");
        assertThat(log(new MigrationEvent.RunCompleted("r", 3, 1, 0, null, Duration.ofMillis(40))))
                .containsExactly("INFO Migrated in 40 ms. Applied: 3, Failed: 1");
    }

    @Test
    void anEndThatLeavesSomethingOutIsAWarning() {
        assertThat(log(new MigrationEvent.RunCompleted("r", 1, 0, 2, PROBLEM, Duration.ofMillis(40))))
                .containsExactly("WARN Migrated in 40 ms. Applied: 1, Failed: 0, Not tried: 2. 001-a: something\n"
                        + "  -> do this");
        assertThat(log(new MigrationEvent.RollbackCompleted("r", 1, 1, 0, PROBLEM, Duration.ofMillis(40))))
                .containsExactly("WARN Rolled back in 40 ms. Taken back: 1, Failed: 1. 001-a: something\n  -> do this");
    }

    @Test
    void troubleIsToldWithWhatToDo() {
        assertThat(log(new MigrationEvent.MigrationRetried("r", NAME, PROBLEM, Duration.ofMillis(50))))
                .containsExactly("WARN 001-a was rolled back for the sake of others and is tried again in 50 ms. 001-a:"
                        + " something\n  -> do this");
        assertThat(log(new MigrationEvent.MigrationFailed("r", NAME, PROBLEM)))
                .containsExactly("ERROR 001-a failed: something\n  -> do this");
        Problem inFile = Problem.error(ProblemCode.MIGRATION_FAILED, "001-a.sql:1:1", "something", "");
        assertThat(log(new MigrationEvent.MigrationFailed("r", NAME, inFile)))
                .containsExactly("ERROR 001-a failed. 001-a.sql:1:1: something");
        assertThat(log(new MigrationEvent.ConnectionRetried("r", PROBLEM, Duration.ofMillis(5))))
                .containsExactly("WARN 001-a: something\n  -> do this Trying again in 5 ms.");
        assertThat(log(new MigrationEvent.Noted("r", PROBLEM))).containsExactly("WARN 001-a: something\n  -> do this");
        assertThat(log(new MigrationEvent.Noted("r", Problem.info(ProblemCode.LOCK_LOST, "a", "b", ""))))
                .containsExactly("INFO a: b");
        assertThat(log(new MigrationEvent.Noted("r", Problem.error(ProblemCode.LOCK_LOST, "a", "b", ""))))
                .containsExactly("ERROR a: b");
    }
}
