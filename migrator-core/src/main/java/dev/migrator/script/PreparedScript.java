package dev.migrator.script;

import dev.migrator.directive.Directives;
import dev.migrator.migration.SqlMigration;
import dev.migrator.migration.SqlText;
import dev.migrator.plan.PlanStep;
import dev.migrator.sql.ScriptOutline;
import dev.migrator.sql.StatementKind;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A step whose file was read to its end and found fit to run.
 *
 * @param text the file's text where it is small; else it is read again when it runs, and compared
 * @param transactional whether it is one transaction; else it goes statement by statement, with a journal
 */
public record PreparedScript(
        PlanStep.Run step,
        SqlMigration migration,
        ScriptOutline outline,
        @Nullable String text,
        boolean transactional) implements PreparedStep {

    /** Settings that change how the server reads the text of what follows in the same message. */
    private static final String[] READING_SETTINGS = {
        "standard_conforming_strings", "backslash_quote", "client_encoding"
    };

    @Override
    public PreparedScript with(PlanStep.Run laterStep) {
        return new PreparedScript(laterStep, migration, outline, text, transactional);
    }

    @Override
    public String file() {
        return source().location();
    }

    /** The text that runs: the way forward, or the way back. */
    public SqlText source() {
        return sourceOf(step, migration);
    }

    static SqlText sourceOf(PlanStep.Run step, SqlMigration migration) {
        SqlText down = migration.down();
        return step.takesBack() && down != null ? down : migration.up();
    }

    @Override
    public Directives directives() {
        return step.takesBack() ? migration.downDirectives() : migration.directives();
    }

    @Override
    public String checksum() {
        return source().checksum().toString();
    }

    public Reader open() throws IOException {
        return text != null ? new StringReader(text) : source().open();
    }

    /** The file's own BEGIN and COMMIT around everything are left out: our transaction takes their place. */
    public boolean leavesOutTransaction() {
        return transactional && outline.isWrappedInOneTransaction();
    }

    /**
     * Whether it may share a message with others: small, and nothing in it needs an exchange with the server. One that
     * meddles with advisory locks goes alone, because they are put in order at the end of a message.
     */
    public boolean mayShareMessage() {
        return transactional
                && !step.takesBack()
                && text != null
                && migration.directives().retries() == null
                && outline.notable().stream().noneMatch(s -> s.kind() == StatementKind.COPY_FROM_STDIN)
                && mayShareMessage(text);
    }

    /** Whether a text leaves the advisory locks and the reading of what follows in its message alone. */
    public static boolean mayShareMessage(String text) {
        return !mentionsAdvisoryLocks(text) && !mentionsReadingSetting(text);
    }

    /** Of a large file nobody knows. */
    @Override
    public boolean mayTakeAdvisoryLocks() {
        return text == null || mentionsAdvisoryLocks(text);
    }

    private static boolean mentionsAdvisoryLocks(String text) {
        return text.toLowerCase(Locale.ROOT).contains("advisory");
    }

    private static boolean mentionsReadingSetting(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        for (String setting : READING_SETTINGS) {
            if (lower.contains(setting)) {
                return true;
            }
        }
        return false;
    }
}
