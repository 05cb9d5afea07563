package dev.migrator.autoconfigure;

import dev.migrator.migration.DataMigrationSource;
import dev.migrator.migration.MigrationCode;
import dev.migrator.migration.MigrationName;
import dev.migrator.migration.NameReading;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import java.util.ArrayList;
import java.util.List;
import org.springframework.beans.BeansException;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * The beans that are migrations. One whose bean name is its migration's name is created when it is pending; of any other
 * the bean is asked for its name.
 */
final class MigrationBeans implements DataMigrationSource {

    private final ConfigurableListableBeanFactory beans;

    MigrationBeans(ConfigurableListableBeanFactory beans) {
        this.beans = beans;
    }

    @Override
    public List<Entry> list() {
        List<Entry> entries = new ArrayList<>();
        for (String bean : beans.getBeanNamesForType(MigrationCode.class, true, false)) {
            entries.add(new Entry(nameOf(bean), originOf(bean), () -> create(bean)));
        }
        return entries;
    }

    private MigrationName nameOf(String bean) {
        return MigrationName.read(bean) instanceof NameReading.Valid valid
                ? valid.name()
                : create(bean).name();
    }

    private String originOf(String bean) {
        Class<?> type = beans.getType(bean, false);
        return type == null ? "bean " + bean : type.getName();
    }

    private MigrationCode create(String bean) {
        try {
            return beans.getBean(bean, MigrationCode.class);
        } catch (BeansException e) {
            throw new MigratorException(
                    Problem.error(
                            ProblemCode.CODE_UNAVAILABLE,
                            bean,
                            "This migration's bean can't be created now: "
                                    + e.getMostSpecificCause().getMessage(),
                            "Before the schema is complete (migrator.startup.mode=early) a migration can't have beans that"
                                    + " use the database: let it use context.jdbc() instead, or set"
                                    + " migrator.startup.mode=runner."),
                    e);
        }
    }
}
