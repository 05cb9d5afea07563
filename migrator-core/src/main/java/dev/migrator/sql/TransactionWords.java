package dev.migrator.sql;

import java.io.IOException;
import java.io.UncheckedIOException;

/** What is said behind the first words of a statement that starts or ends a transaction. */
final class TransactionWords {

    private TransactionWords() {}

    /** Whether a {@code COMMIT} starts the next transaction at once. */
    static boolean chains(SqlStatement commit) {
        try {
            TokenCursor tokens = behindFirstWords(commit);
            return tokens.take("and", "chain");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What follows {@code BEGIN} or {@code START TRANSACTION}. */
    static String modes(SqlStatement begin) {
        try {
            TokenCursor tokens = behindFirstWords(begin);
            return tokens.atEnd() ? "" : begin.text().substring(tokens.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static TokenCursor behindFirstWords(SqlStatement statement) throws IOException {
        TokenCursor tokens = TokenCursor.of(statement.text());
        tokens.advance();
        if (!tokens.take("work")) {
            tokens.take("transaction");
        }
        return tokens;
    }
}
