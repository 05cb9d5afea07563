package dev.migrator.migration;

import dev.migrator.directive.Directives;
import org.jspecify.annotations.Nullable;

/**
 * A migration in Java that only its application can run: here it has its place in the order, and no more is known of it.
 *
 * @param origin what people see of where it is, such as the class
 */
public record ElsewhereMigration(MigrationName name, String origin) implements Migration {

    /** For lists. */
    public String remark() {
        return "in Java (" + origin + "); runs in its application";
    }

    @Override
    public Kind kind() {
        return Kind.CODE;
    }

    @Override
    public @Nullable Checksum checksum() {
        return null;
    }

    @Override
    public boolean matches(Checksum stored) {
        return true;
    }

    @Override
    public Directives directives() {
        return Directives.NONE;
    }
}
