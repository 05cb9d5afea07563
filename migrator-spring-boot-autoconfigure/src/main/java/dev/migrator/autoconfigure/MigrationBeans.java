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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.beans.BeansException;
import org.springframework.beans.factory.BeanCurrentlyInCreationException;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * The beans that are migrations. One whose bean name is its migration's name is created when it is pending; of any other
 * the bean is asked for its name. One that needs a bean which itself waits for the migrations is deferred: nobody but the
 * attempt to create it can tell, for a factory method may ask for anything.
 */
final class MigrationBeans implements DataMigrationSource {

    private final ConfigurableListableBeanFactory beans;
    private final Set<String> deferred = ConcurrentHashMap.newKeySet();

    MigrationBeans(ConfigurableListableBeanFactory beans) {
        this.beans = beans;
    }

    @Override
    public List<Entry> list() {
        List<Entry> entries = new ArrayList<>();
        for (String bean : beans.getBeanNamesForType(MigrationCode.class, true, false)) {
            entries.add(
                    MigrationName.read(bean) instanceof NameReading.Valid valid
                            ? new Entry(
                                    valid.name(), originOf(bean), () -> createOrDefer(bean), deferred.contains(bean))
                            : new Entry(create(bean).name(), originOf(bean), () -> create(bean)));
        }
        return entries;
    }

    private String originOf(String bean) {
        Class<?> type = beans.getType(bean, false);
        return type == null ? "bean " + bean : type.getName();
    }

    private MigrationCode createOrDefer(String bean) {
        try {
            return beans.getBean(bean, MigrationCode.class);
        } catch (BeansException e) {
            if (!waitsForSchema(e)) {
                throw unavailable(bean, e);
            }
            deferred.add(bean);
            throw new MigratorException(Problem.info(
                    ProblemCode.CODE_DEFERRED,
                    bean,
                    "It needs beans that are created when the schema is complete, so it is left to the run after this one:"
                            + " when all beans are there.",
                    "Migrations that come later and rely on it need a depends=" + bean + "."));
        }
    }

    private MigrationCode create(String bean) {
        try {
            return beans.getBean(bean, MigrationCode.class);
        } catch (BeansException e) {
            throw unavailable(bean, e);
        }
    }

    /** Whether something is missing that is in creation further up, and waits there for the migrations. */
    private boolean waitsForSchema(BeansException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof BeanCurrentlyInCreationException circle
                    && circle.getBeanName() != null
                    && beans.isCurrentlyInCreation(circle.getBeanName())) {
                return true;
            }
        }
        return false;
    }

    private MigratorException unavailable(String bean, BeansException e) {
        String action = waitsForSchema(e)
                ? "Before the schema is complete (migrator.startup.mode=early) a migration that needs beans which use the"
                        + " database is left to the end, if its place is known without creating it: give the bean the"
                        + " migration's name, as in @Component(\"20250121-name\"). Or let it use context.jdbc() instead, or"
                        + " set migrator.startup.mode=runner."
                : "Mend what it needs to be created, and start again.";
        return new MigratorException(
                Problem.error(
                        ProblemCode.CODE_UNAVAILABLE,
                        bean,
                        "This migration's bean can't be created now: "
                                + e.getMostSpecificCause().getMessage(),
                        action),
                e);
    }
}
