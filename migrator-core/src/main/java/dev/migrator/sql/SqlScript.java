package dev.migrator.sql;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

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
