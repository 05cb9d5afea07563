package dev.migrator.hook;

import dev.migrator.migration.HookFile.Moment;
import dev.migrator.postgres.Answer;
import dev.migrator.postgres.Message;
import dev.migrator.postgres.Sql;
import dev.migrator.script.ScriptCheck;
import dev.migrator.sql.SqlStatement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The hook after each migration as a part of one migration's last transaction. It can ask for its migration with
 * {@code current_setting('migrator.migration')} and for the run with {@code current_setting('migrator.run_id')}.
 */
public final class AfterEach {

    /** For what is not a migration on its way forward. */
    public static final AfterEach NONE = new AfterEach(null, "", "");

    private final @Nullable HookScript script;
    private final String migration;
    private final String runId;

    private AfterEach(@Nullable HookScript script, String migration, String runId) {
        this.script = script;
        this.migration = migration;
        this.runId = runId;
    }

    public static AfterEach of(Hooks hooks, String migration, String runId) {
        return new AfterEach(hooks.at(Moment.AFTER_EACH_MIGRATION).orElse(null), migration, runId);
    }

    /** Where it is found; nothing where there is none. */
    public String file() {
        return script == null ? "" : script.file();
    }

    /**
     * Says everything that is to be sent, in order.
     *
     * @param each takes the text, and the statement of the hook or null where the text is ours
     */
    public void forEach(BiConsumer<String, @Nullable SqlStatement> each) {
        if (script == null) {
            return;
        }
        each.accept("SET LOCAL migrator.migration = " + Sql.literal(migration), null);
        each.accept("SET LOCAL migrator.run_id = " + Sql.literal(runId), null);
        script.statements().forEach(statement -> each.accept(statement.text(), statement));
    }

    /** Adds it; what it returns finds out whether a failure is its own. */
    public Added addTo(Message message) {
        List<Statement> added = new ArrayList<>();
        forEach((text, statement) -> {
            int index = message.add(text);
            if (statement != null) {
                added.add(new Statement(index, statement));
            }
        });
        return new Added(file(), List.copyOf(added));
    }

    private record Statement(int index, SqlStatement statement) {}

    /** The statements of the hook in a message. */
    public static final class Added {

        private final String file;
        private final List<Statement> statements;

        private Added(String file, List<Statement> statements) {
            this.file = file;
            this.statements = statements;
        }

        /** The place of the statement that failed, as {@code file:line:column}; empty where it is not one of the hook's. */
        public Optional<String> failure(Message message, Answer answer) {
            int failed = answer.failedStatement(message);
            return statements.stream()
                    .filter(each -> each.index() == failed)
                    .map(each -> ScriptCheck.at(
                            file, each.statement().positionAt(Math.max(0, answer.failedOffset(message)))))
                    .findFirst();
        }
    }
}
