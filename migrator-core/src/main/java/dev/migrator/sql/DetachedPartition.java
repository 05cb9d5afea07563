package dev.migrator.sql;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What {@code ALTER TABLE … DETACH PARTITION … CONCURRENTLY} is about. */
public record DetachedPartition(QualifiedName parent, QualifiedName partition) {

    /** Empty for any other statement, and if a name is written as {@code U&"…"}. */
    public static Optional<DetachedPartition> of(SqlStatement statement) {
        if (statement.kind() != StatementKind.DETACH_PARTITION_CONCURRENTLY) {
            return Optional.empty();
        }
        try {
            TokenCursor tokens = TokenCursor.of(statement.text());
            tokens.take("alter");
            Names names = behindAlter(tokens);
            return names == null || names.parent == null || names.partition == null
                    ? Optional.empty()
                    : Optional.of(new DetachedPartition(names.parent, names.partition));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The names of a concurrent detachment, read on from what {@code ALTER} alters; null if the statement is another one. */
    static @Nullable Names behindAlter(TokenCursor tokens) throws IOException {
        if (!tokens.take("table")) {
            return null;
        }
        tokens.take("if", "exists");
        QualifiedName parent = ConcurrentIndex.relation(tokens);
        if (!tokens.take("detach", "partition")) {
            return null;
        }
        QualifiedName partition = tokens.name();
        return tokens.is("concurrently") ? new Names(parent, partition) : null;
    }

    record Names(@Nullable QualifiedName parent, @Nullable QualifiedName partition) {}
}
