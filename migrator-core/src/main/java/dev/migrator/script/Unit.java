package dev.migrator.script;

import dev.migrator.sql.SqlPiece;
import dev.migrator.sql.SqlReader;
import dev.migrator.sql.SqlStatement;
import dev.migrator.sql.StatementKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What is committed together in a file that goes step by step: one statement, or what stands between BEGIN and COMMIT.
 *
 * @param statements without BEGIN and COMMIT
 * @param size how many statements of the file it covers, BEGIN and COMMIT too
 */
public record Unit(List<SqlStatement> statements, int size) {

    /** The next unit of the script, or null at its end. The script was checked before. */
    public static @Nullable Unit next(SqlReader reader) throws IOException {
        SqlStatement first = nextStatement(reader);
        if (first == null) {
            return null;
        }
        if (first.kind() != StatementKind.BEGIN) {
            return new Unit(List.of(first), 1);
        }
        List<SqlStatement> statements = new ArrayList<>();
        for (SqlStatement next = nextStatement(reader);
                next != null && next.kind() != StatementKind.COMMIT;
                next = nextStatement(reader)) {
            statements.add(next);
        }
        return new Unit(statements, statements.size() + 2);
    }

    private static @Nullable SqlStatement nextStatement(SqlReader reader) throws IOException {
        for (SqlPiece piece = reader.next(); piece != null; piece = reader.next()) {
            if (piece instanceof SqlStatement statement) {
                return statement;
            }
        }
        return null;
    }

    /** A statement that the server refuses within a transaction block. */
    public boolean runsAlone() {
        return statements.size() == 1 && !statements.get(0).kind().runsInTransaction();
    }

    public boolean isCopy() {
        return statements.size() == 1 && statements.get(0).kind() == StatementKind.COPY_FROM_STDIN;
    }

    /** What it sets for the session: must be done again when another session goes on with the file. */
    public List<SqlStatement> sessionSettings() {
        return statements.stream().filter(Unit::setsSession).toList();
    }

    private static boolean setsSession(SqlStatement statement) {
        if (statement.kind() != StatementKind.ORDINARY) {
            return false;
        }
        String[] words = statement.text().split("[\\s=]+", 3);
        String first = words[0].toLowerCase(Locale.ROOT);
        String second = words.length < 2 ? "" : words[1].toLowerCase(Locale.ROOT);
        return first.equals("reset") || first.equals("set") && !second.equals("local") && !second.equals("constraints");
    }
}
