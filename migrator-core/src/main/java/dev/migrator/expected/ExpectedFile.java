package dev.migrator.expected;

import dev.migrator.migration.SqlText;
import dev.migrator.source.PlainFiles;
import dev.migrator.sql.SqlStatement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One file of expected DDL.
 *
 * @param name its path without the ending
 * @param backfill what runs after something was added for it, or null
 */
public record ExpectedFile(
        String name, SqlText text, List<SqlStatement> statements, PlainFiles.@Nullable File backfill) {

    static final String ENDING = ".sql";
    static final String BACKFILL_ENDING = ".backfill.sql";

    public ExpectedFile {
        statements = List.copyOf(statements);
    }

    public String location() {
        return text.location();
    }
}
