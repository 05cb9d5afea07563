package dev.migrator.sql;

import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What one pass over a script found out; small also for a huge one.
 *
 * @param characters UTF-16 code units of the whole text
 * @param numbered the statements that are not {@link StatementKind#ORDINARY}, cut to their heads
 * @param faults at most the first {@value #MOST_FAULTS}, their sources cut
 * @param psqlCommands at most the first {@value #MOST_FAULTS} that matter and as many that are harmless
 */
public record ScriptOutline(
        long statementCount,
        long characters,
        List<NumberedStatement> numbered,
        List<SqlFault> faults,
        List<PsqlCommand> psqlCommands) {

    public static final int MOST_FAULTS = 100;

    /** Long enough for the names that an index statement starts with. */
    private static final int HEAD = 512;

    public ScriptOutline {
        numbered = List.copyOf(numbered);
        faults = List.copyOf(faults);
        psqlCommands = List.copyOf(psqlCommands);
    }

    /**
     * A statement and its place among all the statements.
     *
     * @param index from 0
     */
    public record NumberedStatement(long index, SqlStatement statement) {}

    /** Reads to the end and leaves the reader open. */
    public static ScriptOutline of(Reader in) throws IOException {
        Builder builder = new Builder();
        SqlReader reader = new SqlReader(in);
        for (SqlPiece piece = reader.next(); piece != null; piece = reader.next()) {
            builder.add(piece);
        }
        return builder.build();
    }

    public static ScriptOutline of(SqlScript script) {
        Builder builder = new Builder();
        for (SqlPiece piece : script.pieces()) {
            builder.add(piece);
        }
        return builder.build();
    }

    /** The statements of {@link #numbered()}. */
    public List<SqlStatement> notable() {
        List<SqlStatement> statements = new ArrayList<>(numbered.size());
        for (NumberedStatement each : numbered) {
            statements.add(each.statement());
        }
        return List.copyOf(statements);
    }

    /** Whether one {@code BEGIN} comes before and one {@code COMMIT} after everything else, with no other such statement. */
    public boolean isWrappedInOneTransaction() {
        List<NumberedStatement> control = new ArrayList<>();
        for (NumberedStatement each : numbered) {
            if (each.statement().kind().controlsTransaction()) {
                control.add(each);
            }
        }
        if (control.size() != 2) {
            return false;
        }
        NumberedStatement first = control.get(0);
        NumberedStatement last = control.get(1);
        return first.index() == 0
                && first.statement().kind() == StatementKind.BEGIN
                && last.index() == statementCount - 1
                && last.statement().kind() == StatementKind.COMMIT
                && !TransactionWords.chains(last.statement());
    }

    /**
     * The modes that the {@code BEGIN} around the whole script asks for, such as {@code ISOLATION LEVEL SERIALIZABLE}, as
     * {@code SET TRANSACTION} takes them; empty if it asks for none, or if there is no such {@code BEGIN}.
     */
    public Optional<String> transactionModes() {
        if (!isWrappedInOneTransaction()) {
            return Optional.empty();
        }
        String modes = TransactionWords.modes(notable().get(0));
        return modes.isEmpty() ? Optional.empty() : Optional.of(modes);
    }

    private static final class Builder {

        private final List<NumberedStatement> numbered = new ArrayList<>();
        private final List<SqlFault> faults = new ArrayList<>();
        private final List<PsqlCommand> psqlCommands = new ArrayList<>();
        private long statementCount;
        private long characters;
        private int harmlessCommands;

        void add(SqlPiece piece) {
            characters += piece.source().length();
            if (piece instanceof SqlStatement statement) {
                if (statement.kind() != StatementKind.ORDINARY) {
                    numbered.add(new NumberedStatement(statementCount, statement.head(HEAD)));
                }
                statementCount++;
            } else if (piece instanceof SqlFault fault && faults.size() < MOST_FAULTS) {
                faults.add(fault.head(HEAD));
            } else if (piece instanceof PsqlCommand command) {
                add(command);
            }
        }

        private void add(PsqlCommand command) {
            int others = psqlCommands.size() - harmlessCommands;
            if ((command.harmless() ? harmlessCommands : others) < MOST_FAULTS) {
                psqlCommands.add(command);
                harmlessCommands += command.harmless() ? 1 : 0;
            }
        }

        ScriptOutline build() {
            return new ScriptOutline(statementCount, characters, numbered, faults, psqlCommands);
        }
    }
}
