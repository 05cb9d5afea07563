package dev.migrator.autoconfigure.gate;

import dev.migrator.autoconfigure.MigrationActivity;
import dev.migrator.autoconfigure.MigratorAutoConfiguration;
import dev.migrator.autoconfigure.MigratorProperties;
import dev.migrator.autoconfigure.StartupMode;
import dev.migrator.autoconfigure.environment.ConditionalOnSwitch;
import jakarta.servlet.Filter;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.web.server.WebFilter;

/**
 * {@link EnableAutoConfiguration Auto-configuration} of the gate: until the schema is complete, requests are answered with
 * 503. In background mode the gate is open, for the service is ready at once.
 */
@AutoConfiguration(after = MigratorAutoConfiguration.class)
@ConditionalOnWebApplication
@ConditionalOnBean(value = MigrationActivity.class, name = "migrationLifecycle")
@ConditionalOnSwitch(name = "migrator.gate.http", unset = true)
public final class SchemaGateAutoConfiguration {

    @Bean
    SchemaGate schemaGate(
            MigrationActivity activity, MigratorProperties properties, ObjectProvider<ActuatorPaths> actuator) {
        boolean alwaysOpen = properties.startup().mode() == StartupMode.BACKGROUND;
        return new SchemaGate(
                activity::snapshot,
                alwaysOpen ? path -> true : actuator.getIfAvailable(() -> path -> false),
                !properties.failFast(),
                properties.gate().retryAfter());
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(PathMappedEndpoints.class)
    static class WithActuator {

        @Bean
        ActuatorPaths migratorActuatorPaths(ObjectProvider<PathMappedEndpoints> endpoints, Environment environment) {
            return new MappedActuatorPaths(endpoints, environment);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({Filter.class, FilterRegistrationBean.class})
    @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
    static class Servlet {

        @Bean
        FilterRegistrationBean<ServletGate> schemaGateFilter(SchemaGate gate) {
            FilterRegistrationBean<ServletGate> filter = new FilterRegistrationBean<>(new ServletGate(gate));
            filter.setOrder(Ordered.HIGHEST_PRECEDENCE);
            filter.setName("schemaGate");
            return filter;
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(WebFilter.class)
    @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
    static class Reactive {

        @Bean
        ReactiveGate schemaGateWebFilter(SchemaGate gate) {
            return new ReactiveGate(gate);
        }
    }
}
