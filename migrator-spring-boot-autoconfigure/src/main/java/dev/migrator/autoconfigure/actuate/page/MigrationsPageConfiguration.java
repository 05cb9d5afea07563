package dev.migrator.autoconfigure.actuate.page;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.web.reactive.DispatcherHandler;
import org.springframework.web.servlet.DispatcherServlet;

/** The page where the endpoints are: in the application's context, or in that of a management port of its own. */
@ManagementContextConfiguration(proxyBeanMethods = false)
@ImportRuntimeHints(MigrationsPageConfiguration.Hints.class)
public final class MigrationsPageConfiguration {

    private static final EndpointId ENDPOINT = EndpointId.of("migrations");

    /** At the first request: endpoints must not be created for the sake of a path. */
    private static Supplier<@Nullable String> path(ObjectProvider<PathMappedEndpoints> endpoints) {
        return () -> {
            PathMappedEndpoints known = endpoints.getIfAvailable();
            return known == null ? null : known.getPath(ENDPOINT);
        };
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({DispatcherServlet.class, jakarta.servlet.http.HttpServletRequest.class})
    @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
    static class Servlet {

        @Bean
        ServletPage migrationsServletPage(ObjectProvider<PathMappedEndpoints> endpoints) {
            return new ServletPage(path(endpoints));
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(DispatcherHandler.class)
    @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
    static class Reactive {

        @Bean
        ReactivePage migrationsReactivePage(ObjectProvider<PathMappedEndpoints> endpoints) {
            return new ReactivePage(path(endpoints));
        }
    }

    /** The page's parts are found by name. */
    static final class Hints implements RuntimeHintsRegistrar {

        @Override
        public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
            hints.resources().registerPattern(Page.FOLDER + "*");
        }
    }
}
