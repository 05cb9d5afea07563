package dev.migrator.autoconfigure.aot;

import dev.migrator.Migrator;
import dev.migrator.reconcile.ExpectedSettings;
import dev.migrator.source.FileIndex;
import dev.migrator.source.FileIndexing;
import dev.migrator.source.SourceOptions;
import dev.migrator.source.SqlFiles;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.aot.BeanFactoryInitializationAotContribution;
import org.springframework.beans.factory.aot.BeanFactoryInitializationAotProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * Takes the files of the configured locations along into a native image, and writes an index of them, so that a start reads
 * only the files that it runs. Locations that are set later, when the service starts, are read as ever.
 */
final class MigrationFilesAotProcessor implements BeanFactoryInitializationAotProcessor {

    @Override
    public @Nullable BeanFactoryInitializationAotContribution processAheadOfTime(
            ConfigurableListableBeanFactory beans) {
        if (beans.getBeanNamesForType(Migrator.class, false, false).length == 0) {
            return null;
        }
        Binder binder = Binder.get(beans.getBean(Environment.class));
        List<String> migrations = locations(binder, "migrator.locations", SqlFiles.DEFAULT_LOCATION);
        List<String> all = new ArrayList<>(migrations);
        all.addAll(locations(binder, "migrator.expected-schema.locations", ExpectedSettings.DEFAULT_LOCATION));
        ClassLoader loader = loader(beans);
        return (generation, code) -> {
            FileIndex index = new FileIndexing(loader, SourceOptions.DEFAULTS).of(migrations);
            if (!index.isEmpty()) {
                generation.getGeneratedFiles().addResourceFile(FileIndex.RESOURCE, index.text());
            }
            var resources = generation.getRuntimeHints().resources();
            resources.registerPattern(FileIndex.RESOURCE);
            FileIndexing.folders(all).forEach(folder -> resources.registerPattern(folder + "/**"));
        };
    }

    private static List<String> locations(Binder binder, String setting, String byDefault) {
        return binder.bind(setting, Bindable.listOf(String.class)).orElse(List.of(byDefault));
    }

    private static ClassLoader loader(ConfigurableListableBeanFactory beans) {
        ClassLoader own = beans.getBeanClassLoader();
        return own != null ? own : MigrationFilesAotProcessor.class.getClassLoader();
    }
}
