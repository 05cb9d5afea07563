package dev.migrator.autoconfigure;

import dev.migrator.Migrator;
import dev.migrator.MigratorBuilder;
import dev.migrator.autoconfigure.phase.ApplicationVersion;
import dev.migrator.event.MigrationListener;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.env.Environment;

/** Makes engines from the service's settings and beans. */
public final class MigratorFactory {

    private final MigratorProperties properties;
    private final Environment environment;
    private final ObjectProvider<MigratorConnectionDetails> connectionDetails;
    private final ConfigurableListableBeanFactory beans;
    private final ObjectProvider<MigrationListener> listeners;
    private final ObjectProvider<MigratorBuilderCustomizer> customizers;

    MigratorFactory(
            MigratorProperties properties,
            Environment environment,
            ObjectProvider<MigratorConnectionDetails> connectionDetails,
            ConfigurableListableBeanFactory beans,
            ObjectProvider<MigrationListener> listeners,
            ObjectProvider<MigratorBuilderCustomizer> customizers) {
        this.properties = properties;
        this.environment = environment;
        this.connectionDetails = connectionDetails;
        this.beans = beans;
        this.listeners = listeners;
        this.customizers = customizers;
    }

    /** @param more listeners besides those that are beans */
    public Migrator create(List<MigrationListener> more) {
        DatabaseChoice database = new DatabaseChoice(properties, connectionDetails.getIfAvailable(), beans);
        MigratorBuilder builder =
                new ConfiguredBuilder(properties, environment, filesLoader()).builder(database.choose());
        builder.applicationVersion(ApplicationVersion.of(properties.applicationVersion(), beans, environment));
        builder.dataMigrations(new MigrationBeans(beans));
        listeners.orderedStream().forEach(builder::listener);
        more.forEach(builder::listener);
        customizers.orderedStream().forEach(customizer -> customizer.customize(builder));
        return builder.build();
    }

    /** The service's own files, whatever thread creates an engine. */
    private ClassLoader filesLoader() {
        ClassLoader own = beans.getBeanClassLoader();
        return own != null ? own : MigratorFactory.class.getClassLoader();
    }
}
