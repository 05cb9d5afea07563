package dev.migrator.autoconfigure.command;

import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.Ordered;

/**
 * Makes every bean of the service lazy but the command, without the exceptions that Spring Boot's own lazy initialization
 * has: schedules, listeners and clients that connect when they are created are not wanted in a deployment step.
 */
final class OnlyTheCommand implements BeanFactoryPostProcessor, Ordered {

    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
        for (String name : beans.getBeanDefinitionNames()) {
            beans.getBeanDefinition(name).setLazyInit(!name.equals(CommandModeAutoConfiguration.COMMAND_BEAN));
        }
    }

    /** After those that set it otherwise. */
    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE;
    }
}
