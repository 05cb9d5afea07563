package dev.migrator.sql;

/** What the lexer tells apart: only what splitting and recognising statements need. */
enum Token {
    END,
    SPACE,
    COMMENT,
    WORD,
    QUOTED_WORD,
    STRING,
    NUMBER,
    OPEN,
    CLOSE,
    OPEN_BRACKET,
    CLOSE_BRACKET,
    DOT,
    COMMA,
    SEMICOLON,
    BACKSLASH,
    /** One character of an operator, or any other. */
    OTHER,
    /** The colon of what psql would replace, if it is not the one of an array slice. */
    PSQL_VARIABLE,
    CONFLICT_MARKER,
    UNCLOSED_STRING,
    UNCLOSED_IDENTIFIER,
    UNCLOSED_DOLLAR_QUOTE,
    UNCLOSED_COMMENT
}
