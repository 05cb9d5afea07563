package dev.migrator.command.answer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.event.MigrationEvent;
import dev.migrator.migration.MigrationName;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Issue 5: how far a long migration is, while it runs. */
class ProgressTest {

    private static final MigrationName NAME = MigrationName.of("20250201-names");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final AtomicLong clock = new AtomicLong();

    private Progress progress(boolean terminal, boolean json) {
        Screen screen = new Screen(new PrintWriter(out), new PrintWriter(err), terminal, false, null, false);
        Progress progress = new Progress(new Console(screen), json, clock::get);
        progress.on(new MigrationEvent.RunStarted("run", List.of(NAME)));
        progress.on(new MigrationEvent.MigrationStarted("run", NAME, 1));
        return progress;
    }

    private static MigrationEvent holding(String why) {
        return new MigrationEvent.MigrationProgressed(
                "run",
                NAME,
                dev.migrator.event.Progress.of(100, 0, 1000, Duration.ofSeconds(10))
                        .holding(why));
    }

    private static MigrationEvent at(long done) {
        return new MigrationEvent.MigrationProgressed(
                "run",
                NAME,
                dev.migrator.event.Progress.of(done, 0, 1000, Duration.ofSeconds(10))
                        .at("1 to " + done, 3));
    }

    @Test
    void atATerminalTheBarIsThatOfTheMigrationAndIsRedrawn() {
        Progress progress = progress(true, false);
        progress.on(at(250));
        progress.on(at(500));

        String drawn = out.toString();
        assertThat(drawn)
                .contains("\r\u001b[K\u001b[?7l[######..................] 0/1 " + NAME
                        + ": 250 of 1000 (25 %), 25/s, 30 s left, 3 failed, at 1 to 250\u001b[?7h")
                .contains("[############............] 0/1 " + NAME + ": 500 of 1000 (50 %)")
                .doesNotContain("\n");
        assertThat(err.toString()).isEmpty();
        progress.on(new MigrationEvent.MigrationCompleted("run", NAME, Duration.ofSeconds(1)));
        assertThat(out.toString()).endsWith("\r\u001b[KApplied " + NAME + " in 1000 ms" + System.lineSeparator());
    }

    @Test
    void elsewhereThereIsALineEveryFewSecondsBesideTheAnswer() {
        Progress progress = progress(false, false);
        progress.on(at(100));
        clock.addAndGet(Duration.ofSeconds(5).toNanos());
        progress.on(at(200));
        progress.on(at(300));
        clock.addAndGet(Duration.ofSeconds(4).toNanos());
        progress.on(at(400));
        clock.addAndGet(Duration.ofSeconds(1).toNanos());
        progress.on(new MigrationEvent.IndexBuilding("run", NAME, "building"));

        assertThat(err.toString().lines())
                .containsExactly(
                        NAME + ": 200 of 1000 (20 %), 20/s, 40 s left, 3 failed, at 1 to 200", NAME + ": building");
        assertThat(out.toString()).isEmpty();
    }

    /** Told once, within the first seconds perhaps; and then for hours nothing follows. */
    @Test
    void elsewhereAWaitIsToldAtOnce() {
        Progress progress = progress(false, false);
        progress.on(holding("a person has paused it"));

        assertThat(err.toString().lines())
                .containsExactly(NAME + ": 100 of 1000 (10 %), 10/s; it waits: a person has paused it");
    }

    /** A load that moves around its limit makes one wait after the other. */
    @Test
    void elsewhereOneWaitAfterTheOtherIsToldEveryFewSeconds() {
        Progress progress = progress(false, false);
        progress.on(holding("a standby is 5.1 s behind"));
        clock.addAndGet(Duration.ofSeconds(2).toNanos());
        progress.on(holding("a standby is 5.2 s behind"));
        progress.on(holding("a person has paused it"));
        clock.addAndGet(Duration.ofSeconds(4).toNanos());
        progress.on(holding("a standby is 5.3 s behind"));
        clock.addAndGet(Duration.ofSeconds(1).toNanos());
        progress.on(holding("a standby is 5.4 s behind"));
        progress.on(at(200));
        progress.on(holding("a standby is 5.5 s behind"));

        assertThat(err.toString().lines().map(line -> line.substring(line.indexOf("waits: ") + 7)))
                .containsExactly(
                        "a standby is 5.1 s behind",
                        "a person has paused it",
                        "a standby is 5.4 s behind",
                        "a standby is 5.5 s behind");
    }

    @Test
    void anEstimateThatWasTooLowIsNotCalledTheEnd() {
        Progress progress = progress(true, false);
        progress.on(at(1500));
        assertThat(out.toString())
                .endsWith("[........................] 0/1 " + NAME
                        + ": 1500 (more than the 1000 that were estimated), 150/s, 3 failed, at 1 to 1500\u001b[?7h");
    }

    @Test
    void withJsonThereIsNone() {
        for (boolean terminal : new boolean[] {true, false}) {
            Progress progress = progress(terminal, true);
            clock.addAndGet(Duration.ofMinutes(1).toNanos());
            progress.on(at(100));
        }
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).isEmpty();
    }
}
