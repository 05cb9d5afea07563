package dev.migrator.sql;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** One whole script in memory. */
public record SqlScript(String text, List<SqlPiece> pieces) {

    public SqlScript {
        pieces = List.copyOf(pieces);
    }

    public static SqlScript parse(String text) {
        List<SqlPiece> pieces = new ArrayList<>();
        try {
            SqlReader reader = new SqlReader(new StringReader(text));
            for (SqlPiece piece = reader.next(); piece != null; piece = reader.next()) {
                pieces.add(piece);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new SqlScript(text, pieces);
    }

    /**
     * Comments behind {@code --}, in statements and between them; not what a string, a body or another comment only quotes.
     *
     * @param wanted of the comment as it is written
     */
    public List<SqlTrivia> lineComments(Predicate<String> wanted) {
        List<SqlTrivia> found = new ArrayList<>();
        try {
            for (SqlPiece piece : pieces) {
                if (!(piece instanceof CopyData) && !(piece instanceof PsqlCommand)) {
                    addLineComments(piece, wanted, found);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    private static void addLineComments(SqlPiece piece, Predicate<String> wanted, List<SqlTrivia> found)
            throws IOException {
        String source = piece.source();
        Lexer lexer = new Lexer(new Window(new StringReader(source)));
        for (Token token = lexer.next(); token != Token.END; token = lexer.next()) {
            if (token == Token.COMMENT && source.startsWith("--", lexer.start())) {
                String comment = source.substring(lexer.start(), lexer.end());
                if (wanted.test(comment)) {
                    found.add(new SqlTrivia(comment, piece.start().moved(source, 0, lexer.start())));
                }
            }
        }
    }

    public List<SqlStatement> statements() {
        List<SqlStatement> statements = new ArrayList<>();
        for (SqlPiece piece : pieces) {
            if (piece instanceof SqlStatement statement) {
                statements.add(statement);
            }
        }
        return List.copyOf(statements);
    }
}
