package dev.migrator.autoconfigure.command;

import dev.migrator.autoconfigure.MigratorFactory;
import java.util.List;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.ApplicationArguments;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Makes every bean of the service lazy and adds the command, the only one that is not. Without the exceptions that Spring
 * Boot's own lazy initialization has: schedules, listeners and clients that connect when they are created are not wanted
 * in a deployment step. No condition decides about it, for one that is false, or was when the service was built, would
 * start the service instead.
 */
final class OnlyTheCommand implements ApplicationContextInitializer<ConfigurableApplicationContext> {

    private static final String NAME = "migratorCommand";

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        context.addBeanFactoryPostProcessor(beans -> {
            for (String name : beans.getBeanDefinitionNames()) {
                beans.getBeanDefinition(name).setLazyInit(true);
            }
            ((BeanDefinitionRegistry) beans)
                    .registerBeanDefinition(
                            NAME, new RootBeanDefinition(MigratorCommand.class, () -> command(context, beans)));
        });
    }

    private static MigratorCommand command(
            ConfigurableApplicationContext context, ConfigurableListableBeanFactory beans) {
        List<String> line = List.of(beans.getBean(ApplicationArguments.class).getSourceArgs());
        return new MigratorCommand(
                CommandWords.of(context.getEnvironment(), line), beans.getBeanProvider(MigratorFactory.class), beans);
    }
}
