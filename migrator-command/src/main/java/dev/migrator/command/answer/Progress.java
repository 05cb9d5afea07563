package dev.migrator.command.answer;

import dev.migrator.event.MigrationEvent;
import dev.migrator.event.MigrationListener;
import dev.migrator.migration.MigrationName;
import dev.migrator.problem.SafeText;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A line for each migration while a run goes on, and at a terminal a bar below them that is redrawn; elsewhere a line every
 * few seconds of a migration that takes long. With JSON the lines of what went wrong go to the other stream, and the rest
 * nowhere.
 */
public final class Progress implements MigrationListener {

    private static final int WIDTH = 24;

    /** A line that wraps could not be redrawn: what is too long ends at the terminal's edge. */
    private static final String NO_WRAP = "\u001b[?7l";

    private static final String WRAP = "\u001b[?7h";

    private static final Duration BETWEEN_LINES = Duration.ofSeconds(5);
    private static final String CLEAR_LINE = "\r\u001b[K";

    private final Console console;
    private final boolean json;
    private final boolean bar;
    private final LongSupplier clock;
    private long asideAt;
    private int planned;
    private int done;

    /** The migration whose progress told last that it waits. */
    private @Nullable MigrationName waiting;

    public Progress(Console console, boolean json) {
        this(console, json, System::nanoTime);
    }

    /** @param clock in nanoseconds, from anywhere */
    Progress(Console console, boolean json, LongSupplier clock) {
        this.clock = clock;
        this.asideAt = clock.getAsLong();
        this.console = console;
        this.json = json;
        this.bar = console.screen().terminal() && !json;
    }

    @Override
    public synchronized void on(MigrationEvent event) {
        if (event instanceof MigrationEvent.RunStarted started) {
            planned = started.planned().size();
            draw("");
        } else if (event instanceof MigrationEvent.RollbackStarted started) {
            planned = started.planned().size();
            draw("");
        } else if (event instanceof MigrationEvent.MigrationStarted started) {
            draw(started.migration().value());
        } else if (event instanceof MigrationEvent.MigrationCompleted completed) {
            done++;
            say(console.styled(Style.GOOD, "Applied") + " " + completed.migration() + " in "
                    + completed.duration().toMillis() + " ms");
        } else if (event instanceof MigrationEvent.MigrationRolledBack back) {
            done++;
            say(console.styled(Style.GOOD, "Rolled back") + " " + back.migration() + " in "
                    + back.duration().toMillis() + " ms");
        } else if (event instanceof MigrationEvent.MigrationFailed failed) {
            done++;
            say(console.styled(Style.BAD, "Failed") + "  " + failed.migration());
        } else if (event instanceof MigrationEvent.RunCompleted || event instanceof MigrationEvent.RollbackCompleted) {
            clear();
        } else if (event instanceof MigrationEvent.MigrationProgressed progressed) {
            goesOn(progressed.migration(), progressed.progress());
        } else if (event instanceof MigrationEvent.IndexBuilding building) {
            goesOn(building.migration(), building.progress(), false);
        } else {
            waiting(event);
        }
    }

    private void goesOn(MigrationName migration, dev.migrator.event.Progress progress) {
        if (bar && progress.total() > 0 && progress.done() <= progress.total()) {
            drawBar((double) progress.done() / progress.total(), line(migration, progress.text()));
        } else {
            goesOn(migration, progress.text(), beginsToWait(migration, progress));
        }
        waiting = progress.hold() == null ? null : migration;
    }

    /** That is told once, and perhaps for hours nothing follows. */
    private boolean beginsToWait(MigrationName migration, dev.migrator.event.Progress progress) {
        return progress.isPaused() || progress.hold() != null && !Objects.equals(migration, waiting);
    }

    private void goesOn(MigrationName migration, String text, boolean atOnce) {
        if (bar) {
            draw(line(migration, text));
        } else if (!json && (atOnce || clock.getAsLong() - asideAt >= BETWEEN_LINES.toNanos())) {
            asideAt = clock.getAsLong();
            console.aside(line(migration, text));
        }
    }

    private static String line(MigrationName migration, String text) {
        return migration + ": " + SafeText.line(text);
    }

    private void waiting(MigrationEvent event) {
        if (event instanceof MigrationEvent.LockWaiting waiting) {
            warn("Waiting for another session that migrates: " + waiting.holder());
        } else if (event instanceof MigrationEvent.ConnectionRetried retried) {
            warn(retried.problem().text() + "\nTrying again in "
                    + retried.pause().toMillis() + " ms.");
        } else if (event instanceof MigrationEvent.MigrationRetried retried) {
            warn(retried.migration() + " was rolled back for the sake of others and is tried again in "
                    + retried.pause().toMillis() + " ms. " + retried.problem().text());
        } else if (event instanceof MigrationEvent.Noted noted) {
            clear();
            console.problem(noted.problem());
        }
    }

    private void say(String line) {
        if (!json) {
            clear();
            console.line(line);
            draw("");
        }
    }

    private void warn(String line) {
        clear();
        console.aside(console.styled(Style.WAITING, line));
    }

    private void draw(String current) {
        if (bar && done < planned) {
            drawBar((double) done / planned, current);
        }
    }

    /** Of the run; while a migration tells how far it is, of that one. */
    private void drawBar(double share, String text) {
        int filled = (int) (WIDTH * share);
        write(CLEAR_LINE + NO_WRAP + "[" + "#".repeat(filled) + ".".repeat(WIDTH - filled) + "] " + done + "/" + planned
                + " " + text + WRAP);
    }

    private void clear() {
        if (bar) {
            write(CLEAR_LINE);
        }
    }

    private void write(String text) {
        PrintWriter out = console.screen().out();
        out.print(text);
        out.flush();
    }
}
