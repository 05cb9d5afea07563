package dev.migrator.script;

import dev.migrator.sql.CopyData;
import dev.migrator.sql.SqlPiece;
import dev.migrator.sql.SqlReader;
import java.io.IOException;
import java.io.Reader;

/** The rows behind a COPY statement as a stream; it ends where they end and leaves the script behind them unread. */
public final class CopyRows extends Reader {

    private final SqlReader script;
    private String rows = "";
    private int at;
    private boolean last;

    public CopyRows(SqlReader script) {
        this.script = script;
    }

    @Override
    public int read(char[] buffer, int offset, int length) throws IOException {
        while (at == rows.length()) {
            if (last || !nextRows()) {
                return -1;
            }
        }
        int count = Math.min(length, rows.length() - at);
        rows.getChars(at, at + count, buffer, offset);
        at += count;
        return count;
    }

    /** White space between the statement and its rows is skipped. */
    private boolean nextRows() throws IOException {
        for (SqlPiece piece = script.next(); piece != null; piece = script.next()) {
            if (piece instanceof CopyData data) {
                rows = data.rows();
                at = 0;
                last = data.last();
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() {
        // the script goes on behind the rows
    }
}
