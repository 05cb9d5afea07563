package dev.migrator.autoconfigure.actuate;

import dev.migrator.Migrator;
import dev.migrator.autoconfigure.MigrationActivity;
import dev.migrator.autoconfigure.MigratorAutoConfiguration;
import dev.migrator.autoconfigure.MigratorProperties;
import dev.migrator.autoconfigure.drift.DriftAutoConfiguration;
import dev.migrator.autoconfigure.drift.DriftCheck;
import dev.migrator.autoconfigure.drift.DriftMemory;
import dev.migrator.autoconfigure.phase.LaterMigrations;
import java.time.Clock;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.EndpointAccessResolver;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.context.request.ServletRequestAttributes;
import org.springframework.web.server.WebFilter;

/** Auto-configuration of the endpoint {@code migrations}. */
@AutoConfiguration(after = {MigratorAutoConfiguration.class, DriftAutoConfiguration.class})
@ConditionalOnClass({Endpoint.class, ConditionalOnAvailableEndpoint.class})
@ConditionalOnAvailableEndpoint(MigrationsEndpoint.class)
@ConditionalOnBean({Migrator.class, MigrationActivity.class, DriftCheck.class})
public final class MigrationsEndpointAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    MigrationsEndpoint migrationsEndpoint(
            Migrator migrator, MigrationActivity activity, ActionRuns runs, DriftMemory drift) {
        return new MigrationsEndpoint(migrator, activity, runs, drift);
    }

    @Bean
    ActionRuns migratorActionRuns(Migrator migrator) {
        return new ActionRuns(migrator);
    }

    @Bean
    MigrationActions migratorActions(
            Migrator migrator,
            MigrationActivity activity,
            ActionRuns runs,
            ActionAccess access,
            DriftCheck drift,
            ObjectProvider<LaterMigrations> later) {
        MendedSchema schema = new MendedSchema(migrator, activity, later.getIfAvailable());
        return new MigrationActions(migrator, activity, runs, access, drift, schema);
    }

    @Bean
    ActionAccess migratorActionAccess(MigratorProperties properties) {
        return new ActionAccess(properties.endpoint().key(), new FailedAttempts(System::nanoTime));
    }

    @Bean
    LiveSteps migratorLiveSteps() {
        return new LiveSteps(Clock.systemUTC());
    }

    @Bean
    OverviewAnswer migratorOverviewAnswer(
            Migrator migrator,
            MigrationsEndpoint endpoint,
            ActionAccess access,
            LiveSteps steps,
            EndpointAccessResolver resolver) {
        Access level = resolver.accessFor(EndpointId.of("migrations"), Access.READ_ONLY);
        return new OverviewAnswer(migrator, endpoint, access, level, steps, System::nanoTime);
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({ServletRequestAttributes.class, jakarta.servlet.http.HttpServletRequest.class})
    @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
    static class Servlet {

        @Bean
        ServletActions migratorServletActions(
                MigrationActions actions, MigrationsEndpoint endpoint, OverviewAnswer overview) {
            return new ServletActions(actions, endpoint, overview);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(WebFilter.class)
    @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
    static class Reactive {

        @Bean
        ReactiveActions migratorReactiveActions(
                MigrationActions actions, MigrationsEndpoint endpoint, OverviewAnswer overview) {
            return new ReactiveActions(actions, endpoint, overview);
        }

        @Bean
        ExchangeInContext migratorExchangeInContext() {
            return new ExchangeInContext();
        }
    }
}
