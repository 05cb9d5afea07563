package dev.migrator.sql;

/**
 * A part that cannot be read, or that the server could not be given. It stands in the place of the piece that it spoils.
 *
 * @param position of what is at fault: the opening quote, the marker, the variable
 * @param detail the text at that position, or a few words
 */
public record SqlFault(String source, Position start, Kind kind, Position position, String detail) implements SqlPiece {

    public enum Kind {
        UNCLOSED_STRING,
        UNCLOSED_IDENTIFIER,
        UNCLOSED_DOLLAR_QUOTE,
        UNCLOSED_COMMENT,
        /** At the end of the text; semicolons within parentheses end no statement. */
        UNCLOSED_PARENTHESIS,
        /** A {@code BEGIN ATOMIC} without its {@code END}, which must follow a semicolon. */
        UNCLOSED_BODY,
        /** What git leaves of an unresolved merge, at the start of a line. */
        CONFLICT_MARKER,
        /** PostgreSQL has no place for it, neither in statements nor in values. */
        NUL_CHARACTER,
        /** {@code :name}, {@code :'name'}, {@code :"name"} or {@code :{?name}}, which only psql replaces. */
        PSQL_VARIABLE,
        /** Data of {@code COPY … FROM STDIN} start on the next line: nothing may follow its semicolon. */
        TEXT_AFTER_COPY
    }

    SqlFault head(int length) {
        return new SqlFault(SqlStatement.cut(source, length), start, kind, position, detail);
    }
}
