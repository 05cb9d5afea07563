package dev.migrator.sql;

import java.io.IOException;
import java.io.Reader;
import org.jspecify.annotations.Nullable;

/** Reads a script piece by piece and holds one piece at a time, whatever the length of the text. */
public final class SqlReader {

    private static final int LONG_TRIVIA = 1 << 16;
    private static final int ROWS = 1 << 16;

    private enum Expected {
        BYTE_ORDER_MARK,
        STATEMENT,
        LINE_BEFORE_ROWS,
        ROWS
    }

    private final Window window;
    private final Lexer lexer;
    private final Nesting nesting;
    private Expected expected = Expected.BYTE_ORDER_MARK;
    private Position here = Position.START;

    /** Takes the text decoded; the caller closes it. A byte order mark at its start is a piece of trivia without a place. */
    public SqlReader(Reader in) {
        window = new Window(in);
        lexer = new Lexer(window);
        nesting = new Nesting(window, lexer);
    }

    /** The next piece, or null at the end. After an {@link IOException} the reader is of no more use. */
    public @Nullable SqlPiece next() throws IOException {
        if (expected == Expected.BYTE_ORDER_MARK) {
            expected = Expected.STATEMENT;
            if (window.at(0) == '\uFEFF') {
                window.discard(1);
                return new SqlTrivia("\uFEFF", Position.START);
            }
        }
        if (expected == Expected.LINE_BEFORE_ROWS) {
            expected = Expected.ROWS;
            if (window.at(0) >= 0) {
                return lineBeforeRows();
            }
        }
        return expected == Expected.ROWS ? rows() : statementOrTrivia();
    }

    private @Nullable SqlPiece statementOrTrivia() throws IOException {
        lexer.moveTo(0);
        Token token = lexer.next();
        while (token == Token.SPACE || token == Token.COMMENT) {
            if (lexer.end() > LONG_TRIVIA) {
                return trivia(lexer.end());
            }
            token = lexer.next();
        }
        return switch (token) {
            case END -> lexer.start() == 0 ? null : trivia(lexer.start());
            case SEMICOLON -> trivia(lexer.end());
            case BACKSLASH -> lexer.start() == 0 ? psqlCommand() : trivia(lexer.start());
            default -> statement(token);
        };
    }

    private SqlPiece statement(Token first) throws IOException {
        int textStart = lexer.start();
        int textEnd = textStart;
        nesting.startStatement();
        Token token = first;
        while (!ends(token)) {
            if (token != Token.SPACE && token != Token.COMMENT) {
                nesting.accept(token);
                textEnd = lexer.end();
            }
            token = lexer.next();
        }
        if (token == Token.END) {
            nesting.endOfText();
        }
        SqlFault.Kind fault = nesting.fault();
        int end = token == Token.SEMICOLON ? lexer.end() : lexer.start();
        if (fault != null) {
            return fault(end, fault, nesting.faultAt());
        }
        return statement(end, textStart, textEnd);
    }

    private boolean ends(Token token) {
        return switch (token) {
            case END, BACKSLASH -> true;
            case SEMICOLON -> nesting.endsAtSemicolon();
            default -> false;
        };
    }

    private SqlPiece statement(int end, int textStart, int textEnd) throws IOException {
        StatementKind kind = StatementGrammar.kindAt(window, textStart);
        Position start = here;
        String source = take(end);
        SqlFault nul = nulIn(source, start);
        if (nul != null) {
            return nul;
        }
        if (kind == StatementKind.COPY_FROM_STDIN) {
            expected = Expected.LINE_BEFORE_ROWS;
        }
        String text = source.substring(textStart, textEnd);
        return new SqlStatement(source, start, text, start.moved(source, 0, textStart), kind);
    }

    private SqlPiece psqlCommand() throws IOException {
        int lineEnd = window.find(0, '\n', '\r');
        Position start = here;
        String source = take(lineEnd < 0 ? window.length() : lineEnd);
        int end = Math.min(2, source.length());
        while (end < source.length() && source.charAt(end) != '\\' && !Lexer.isSpace(source.charAt(end))) {
            end++;
        }
        String name = source.substring(0, end).stripTrailing();
        boolean harmless = name.equals("\\restrict") || name.equals("\\unrestrict");
        SqlFault nul = nulIn(source, start);
        return nul != null ? nul : new PsqlCommand(source, start, name, harmless);
    }

    private SqlPiece lineBeforeRows() throws IOException {
        int lineEnd = window.lineEnd(0);
        int i = 0;
        while (i < lineEnd && Lexer.isSpace(window.at(i))) {
            i++;
        }
        boolean blank = i == lineEnd || window.at(i) == '-' && window.at(i + 1) == '-';
        return blank ? trivia(lineEnd) : fault(lineEnd, SqlFault.Kind.TEXT_AFTER_COPY, i);
    }

    private SqlPiece rows() throws IOException {
        int length = 0;
        while (true) {
            int lineEnd = window.lineEnd(length);
            if (lineEnd == length || endsRows(length)) {
                expected = Expected.STATEMENT;
                return rows(lineEnd, length, true);
            }
            if (lineEnd > ROWS) {
                int whole = length == 0 ? lineEnd : length;
                return rows(whole, whole, false);
            }
            length = lineEnd;
        }
    }

    private boolean endsRows(int line) throws IOException {
        if (window.at(line) != '\\' || window.at(line + 1) != '.') {
            return false;
        }
        int next = window.at(line + 2);
        return next < 0 || next == '\n' || next == '\r';
    }

    private SqlPiece rows(int end, int rowsEnd, boolean last) {
        Position start = here;
        String source = take(end);
        SqlFault nul = nulIn(source, start);
        return nul != null ? nul : new CopyData(source, start, source.substring(0, rowsEnd), last);
    }

    private SqlPiece trivia(int end) {
        Position start = here;
        String source = take(end);
        SqlFault nul = nulIn(source, start);
        return nul != null ? nul : new SqlTrivia(source, start);
    }

    private SqlFault fault(int end, SqlFault.Kind kind, int at) {
        Position start = here;
        String source = take(end);
        return new SqlFault(source, start, kind, start.moved(source, 0, at), detail(source, at));
    }

    private static @Nullable SqlFault nulIn(String source, Position start) {
        int at = source.indexOf('\0');
        return at < 0
                ? null
                : new SqlFault(source, start, SqlFault.Kind.NUL_CHARACTER, start.moved(source, 0, at), "U+0000");
    }

    /** The rest of the line, or the beginning of it. */
    private static String detail(String source, int at) {
        int end = at;
        while (end < source.length() && end < at + 40 && source.charAt(end) >= ' ') {
            end++;
        }
        return SqlStatement.cut(source.substring(at, end), 40).stripTrailing();
    }

    private String take(int end) {
        String source = window.text(0, end);
        window.discard(end);
        here = here.moved(source, 0, end);
        return source;
    }
}
