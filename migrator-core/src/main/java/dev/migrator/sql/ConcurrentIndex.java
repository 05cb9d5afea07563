package dev.migrator.sql;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a concurrent {@code CREATE INDEX}, {@code DROP INDEX} or {@code REINDEX} is about.
 *
 * @param index null if the server chooses the name, or if the statement is about a table; a new index has its table's schema
 * @param table null if the statement does not name it
 * @param ifExists whether {@code IF NOT EXISTS} or {@code IF EXISTS} is written
 * @param body of a new index: what stands behind the table's name; else empty
 */
public record ConcurrentIndex(
        @Nullable QualifiedName index, @Nullable QualifiedName table, boolean unique, boolean ifExists, String body) {

    /** Empty for any other statement. A name written as {@code U&"…"} is null, as one that is not there. */
    public static Optional<ConcurrentIndex> of(SqlStatement statement) {
        try {
            return switch (statement.kind()) {
                case CREATE_INDEX_CONCURRENTLY -> Optional.of(created(statement.text()));
                case DROP_INDEX_CONCURRENTLY -> Optional.of(dropped(TokenCursor.of(statement.text())));
                case REINDEX_CONCURRENTLY -> Optional.of(rebuilt(TokenCursor.of(statement.text())));
                default -> Optional.empty();
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ConcurrentIndex created(String text) throws IOException {
        TokenCursor tokens = TokenCursor.of(text);
        tokens.take("create");
        boolean unique = tokens.take("unique");
        tokens.take("index", "concurrently");
        Conditional conditional = conditional(tokens);
        tokens.take("on");
        QualifiedName table = relation(tokens);
        QualifiedName index = conditional.name;
        if (index != null && table != null && index.schema() == null) {
            index = new QualifiedName(table.schema(), index.name());
        }
        return new ConcurrentIndex(index, table, unique, conditional.exists, text.substring(tokens.start()));
    }

    private static ConcurrentIndex dropped(TokenCursor tokens) throws IOException {
        tokens.take("drop");
        tokens.take("index", "concurrently");
        Conditional conditional = conditional(tokens);
        return new ConcurrentIndex(conditional.name, null, false, conditional.exists, "");
    }

    private static ConcurrentIndex rebuilt(TokenCursor tokens) throws IOException {
        tokens.take("reindex");
        tokens.skipParentheses();
        boolean ofIndex = tokens.is("index");
        boolean ofTable = tokens.is("table");
        tokens.advance();
        tokens.take("concurrently");
        QualifiedName name = tokens.name();
        return new ConcurrentIndex(ofIndex ? name : null, ofTable ? name : null, false, false, "");
    }

    /** A name behind {@code ONLY}, or with a star, as tables have them. */
    static @Nullable QualifiedName relation(TokenCursor tokens) throws IOException {
        boolean enclosed = tokens.take("only") && tokens.take(Token.OPEN);
        QualifiedName name = tokens.name();
        if (enclosed) {
            tokens.take(Token.CLOSE);
        } else if (tokens.is(Token.OTHER)) {
            tokens.advance();
        }
        return name;
    }

    /** A name that may follow {@code IF [NOT] EXISTS}; {@code if} itself is a name too. */
    private static Conditional conditional(TokenCursor tokens) throws IOException {
        if (tokens.is("on")) {
            return new Conditional(null, false);
        }
        QualifiedName name = tokens.name();
        tokens.take("not");
        return tokens.take("exists") ? new Conditional(tokens.name(), true) : new Conditional(name, false);
    }

    private record Conditional(@Nullable QualifiedName name, boolean exists) {}
}
