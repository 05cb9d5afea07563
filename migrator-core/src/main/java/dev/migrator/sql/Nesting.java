package dev.migrator.sql;

import org.jspecify.annotations.Nullable;

/**
 * Follows the tokens of one statement, to know which semicolon ends it and what is at fault in it. An {@code END} closes a
 * {@code BEGIN ATOMIC} only behind a semicolon or {@code ATOMIC}, where the one of a {@code CASE} cannot be.
 */
final class Nesting {

    /** How much is known of the statement's first words. */
    private enum Head {
        NOTHING,
        CREATE,
        CREATE_OR,
        CREATE_OR_REPLACE,
        ROUTINE,
        OTHER
    }

    private final Window window;
    private final Lexer lexer;

    private Head head = Head.NOTHING;
    private int parentheses;
    private int brackets;
    private int openedAt;
    /** Depth of the parentheses of a JSON constructor, in which a colon separates; 0 outside. */
    private int jsonDepth;

    private boolean inBody;
    private int bodyAt;

    private Token previous = Token.END;
    private int previousStart;
    private int previousEnd;

    private SqlFault.@Nullable Kind fault;
    private int faultAt;

    Nesting(Window window, Lexer lexer) {
        this.window = window;
        this.lexer = lexer;
    }

    void startStatement() {
        head = Head.NOTHING;
        parentheses = 0;
        brackets = 0;
        jsonDepth = 0;
        inBody = false;
        previous = Token.END;
        fault = null;
    }

    boolean endsAtSemicolon() {
        return parentheses == 0 && !inBody;
    }

    /** What is at fault first. */
    SqlFault.@Nullable Kind fault() {
        return fault;
    }

    int faultAt() {
        return faultAt;
    }

    void endOfText() {
        if (inBody) {
            note(SqlFault.Kind.UNCLOSED_BODY, bodyAt);
        } else if (parentheses > 0) {
            note(SqlFault.Kind.UNCLOSED_PARENTHESIS, openedAt);
        }
    }

    /** Takes the token that the lexer is at; white space and comments are left out by the caller. */
    void accept(Token token) {
        switch (token) {
            case WORD -> {
                if (head != Head.OTHER) {
                    word();
                }
            }
            case OPEN -> open();
            case CLOSE -> close();
            case OPEN_BRACKET -> brackets++;
            case CLOSE_BRACKET -> brackets = Math.max(0, brackets - 1);
            case PSQL_VARIABLE -> {
                if (brackets == 0 && jsonDepth == 0) {
                    note(SqlFault.Kind.PSQL_VARIABLE, lexer.start());
                }
            }
            default -> other(token);
        }
        previous = token;
        previousStart = lexer.start();
        previousEnd = lexer.end();
    }

    private void other(Token token) {
        switch (token) {
            case CONFLICT_MARKER -> note(SqlFault.Kind.CONFLICT_MARKER, lexer.start());
            case UNCLOSED_STRING -> note(SqlFault.Kind.UNCLOSED_STRING, lexer.start());
            case UNCLOSED_IDENTIFIER -> note(SqlFault.Kind.UNCLOSED_IDENTIFIER, lexer.start());
            case UNCLOSED_DOLLAR_QUOTE -> note(SqlFault.Kind.UNCLOSED_DOLLAR_QUOTE, lexer.start());
            case UNCLOSED_COMMENT -> note(SqlFault.Kind.UNCLOSED_COMMENT, lexer.start());
            default -> {}
        }
        if (head != Head.ROUTINE) {
            head = Head.OTHER;
        }
    }

    private void open() {
        if (head != Head.ROUTINE) {
            head = Head.OTHER;
        }
        if (parentheses == 0) {
            openedAt = lexer.start();
        }
        parentheses++;
        if (jsonDepth == 0 && previous == Token.WORD && (previousIs("json_object") || previousIs("json_objectagg"))) {
            jsonDepth = parentheses;
        }
    }

    private void close() {
        if (jsonDepth == parentheses) {
            jsonDepth = 0;
        }
        parentheses = Math.max(0, parentheses - 1);
    }

    private void word() {
        switch (head) {
            case NOTHING -> head = is("create") ? Head.CREATE : Head.OTHER;
            case CREATE -> head = is("or") ? Head.CREATE_OR : routineOrOther();
            case CREATE_OR -> head = is("replace") ? Head.CREATE_OR_REPLACE : Head.OTHER;
            case CREATE_OR_REPLACE -> head = routineOrOther();
            case ROUTINE -> body();
            case OTHER -> {}
        }
    }

    private Head routineOrOther() {
        return is("function") || is("procedure") ? Head.ROUTINE : Head.OTHER;
    }

    private void body() {
        if (parentheses > 0) {
            return;
        }
        if (!inBody && previous == Token.WORD && is("atomic") && previousIs("begin")) {
            inBody = true;
            bodyAt = previousStart;
        } else if (inBody && is("end") && (previous == Token.SEMICOLON || previousIs("atomic"))) {
            inBody = false;
        }
    }

    private boolean is(String word) {
        return window.isWord(lexer.start(), lexer.end(), word);
    }

    private boolean previousIs(String word) {
        return window.isWord(previousStart, previousEnd, word);
    }

    private void note(SqlFault.Kind kind, int at) {
        if (fault == null) {
            fault = kind;
            faultAt = at;
        }
    }
}
