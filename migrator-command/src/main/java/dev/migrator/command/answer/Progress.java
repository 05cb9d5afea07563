package dev.migrator.command.answer;

import dev.migrator.event.MigrationEvent;
import dev.migrator.event.MigrationListener;
import java.io.PrintWriter;

/**
 * A line for each migration while a run goes on, and at a terminal a bar below them that is redrawn. With JSON the lines
 * of what went wrong go to the other stream, and the rest nowhere.
 */
public final class Progress implements MigrationListener {

    private static final int WIDTH = 24;
    private static final String CLEAR_LINE = "\r\u001b[K";

    private final Console console;
    private final boolean json;
    private final boolean bar;
    private int planned;
    private int done;

    public Progress(Console console, boolean json) {
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
        } else {
            waiting(event);
        }
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
            int filled = WIDTH * done / planned;
            write(CLEAR_LINE + "[" + "#".repeat(filled) + ".".repeat(WIDTH - filled) + "] " + done + "/" + planned + " "
                    + current);
        }
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
