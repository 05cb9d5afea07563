package dev.migrator.autoconfigure;

import dev.migrator.MigratorBuilder;

/** Beans of this type have the last word on the engine's settings, after the properties; in their order. */
@FunctionalInterface
public interface MigratorBuilderCustomizer {

    void customize(MigratorBuilder builder);
}
