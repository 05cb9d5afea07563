package dev.migrator.source;

import dev.migrator.migration.ElsewhereMigration;
import java.util.List;

/**
 * What is known of migrations in Java that run in another process: the application.
 *
 * @param unnamed classes that are migrations too, but don't say their names without being run
 */
public record CodeElsewhere(List<ElsewhereMigration> migrations, List<String> unnamed) {

    public static final CodeElsewhere NONE = new CodeElsewhere(List.of(), List.of());

    public CodeElsewhere {
        migrations = List.copyOf(migrations);
        unnamed = List.copyOf(unnamed);
    }
}
