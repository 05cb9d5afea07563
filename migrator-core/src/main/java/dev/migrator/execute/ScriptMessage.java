package dev.migrator.execute;

import dev.migrator.hook.AfterEach;
import dev.migrator.postgres.Message;
import dev.migrator.script.PreparedScript;
import dev.migrator.sql.SqlStatement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A message that remembers which of its statements come from which file, and which are ours. */
final class ScriptMessage {

    /**
     * Where a statement of the message comes from.
     *
     * @param script for whose sake it is in the message
     * @param statement null for one of ours
     * @param file where the statement is written
     */
    record Origin(PreparedScript script, @Nullable SqlStatement statement, String file) {}

    private final Message message = new Message();
    private final List<Origin> origins = new ArrayList<>();

    /** Adds a statement of a file. */
    void add(PreparedScript script, SqlStatement statement) {
        message.add(statement.text());
        origins.add(new Origin(script, statement, script.file()));
    }

    /** Adds what runs with each migration. */
    void add(PreparedScript script, AfterEach hook) {
        note(script);
        hook.forEach((text, statement) -> {
            message.add(text);
            origins.add(new Origin(script, statement, statement == null ? script.file() : hook.file()));
        });
    }

    /** Adds a statement of ours, for the sake of this script. */
    int addOurs(PreparedScript script, String statement) {
        int index = message.add(statement);
        note(script);
        return index;
    }

    /** What was added to {@link #message()} directly since the last call belongs to this script and is ours. */
    void note(PreparedScript script) {
        while (origins.size() < message.statements()) {
            origins.add(new Origin(script, null, script.file()));
        }
    }

    Message message() {
        return message;
    }

    Origin origin(int statement) {
        return origins.get(Math.min(statement, origins.size() - 1));
    }
}
