package dev.migrator.autoconfigure.command;

import dev.migrator.autoconfigure.MigratorAutoConfiguration;
import dev.migrator.autoconfigure.MigratorFactory;
import dev.migrator.command.Commands;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/** {@link EnableAutoConfiguration Auto-configuration} of command mode: one verb is run, then the process ends. */
@AutoConfiguration(after = MigratorAutoConfiguration.class)
@ConditionalOnClass(Commands.class)
@ConditionalOnProperty(CommandWords.COMMAND)
public final class CommandModeAutoConfiguration {

    static final String COMMAND_BEAN = "migratorCommand";

    @Bean
    static OnlyTheCommand onlyTheMigratorCommand() {
        return new OnlyTheCommand();
    }

    @Bean(COMMAND_BEAN)
    MigratorCommand migratorCommand(
            Environment environment,
            ApplicationArguments arguments,
            ObjectProvider<MigratorFactory> migrators,
            ConfigurableListableBeanFactory beans) {
        return new MigratorCommand(
                CommandWords.of(environment, java.util.List.of(arguments.getSourceArgs())), migrators, beans);
    }
}
