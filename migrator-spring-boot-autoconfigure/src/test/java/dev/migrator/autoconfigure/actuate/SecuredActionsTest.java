package dev.migrator.autoconfigure.actuate;

import static dev.migrator.autoconfigure.actuate.ServiceWithActions.KEY;
import static dev.migrator.autoconfigure.actuate.ServiceWithActions.UNRESTRICTED;
import static dev.migrator.autoconfigure.actuate.ServiceWithActions.WITH_KEY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.config.annotation.web.reactive.EnableWebFluxSecurity;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.core.userdetails.MapReactiveUserDetailsService;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.server.SecurityWebFilterChain;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** With Spring Security before the endpoint: it says who asks. */
@PostgresTest
class SecuredActionsTest {

    static final String ALICE =
            "Basic " + Base64.getEncoder().encodeToString("alice:wonderland".getBytes(StandardCharsets.UTF_8));

    private MigrationFolder folder;
    private TestDatabase database;

    @BeforeEach
    void folder(@TempDir Path path, TestDatabase database) {
        this.database = database;
        folder = new MigrationFolder(path)
                .write("001-first.sql", "CREATE TABLE first (id int);")
                .write("002-clean-up.sql", "-- migrator: manual\nDROP TABLE first;");
    }

    private ServiceWithActions service(WebApplicationType type, Class<?> security, String... more) {
        List<String> arguments = new ArrayList<>(List.of(more));
        arguments.add(UNRESTRICTED);
        return new ServiceWithActions(type, security, database.jdbcUrl(), folder, arguments);
    }

    private String actor() {
        return database.value(
                "SELECT actor FROM schema_migrations_log WHERE action = 'skip' ORDER BY id DESC LIMIT 1", String.class);
    }

    @Test
    void withoutTheTokenAgainstForgedRequestsSpringSecurityRefuses() {
        try (ServiceWithActions service = service(WebApplicationType.SERVLET, Guarded.class, WITH_KEY)) {
            assertThat(service.post("/skip/002-clean-up").statusCode()).isIn(401, 403);
            assertThat(service.post("/skip/002-clean-up", "Authorization", ALICE)
                            .statusCode())
                    .isEqualTo(403);
            assertThat(service.post("/skip/002-clean-up", "developer-key", KEY).statusCode())
                    .isIn(401, 403);
            assertThat(database.value("SELECT count(*) FROM schema_migrations", Long.class))
                    .isEqualTo(1);
        }
    }

    @Test
    void whomSpringSecurityKnowsMayActAndIsInTheLog() {
        try (ServiceWithActions service = service(WebApplicationType.SERVLET, Guarded.class, "--csrf=off")) {
            assertThat(service.post("/skip/002-clean-up").statusCode()).isEqualTo(401);
            assertThat(service.post("/skip/002-clean-up", "Authorization", ALICE, "Sec-Fetch-Site", "cross-site")
                            .statusCode())
                    .isEqualTo(403);
            // what a browser sends over http, where it does not say Sec-Fetch-Site
            for (String origin : List.of("http://elsewhere.example", "null", "http://localhost")) {
                assertThat(service.post("/skip/002-clean-up", "Authorization", ALICE, "Origin", origin)
                                .statusCode())
                        .as(origin)
                        .isEqualTo(403);
            }
            assertThat(service.post("/skip/002-clean-up", "Authorization", ALICE, "Origin", service.origin())
                            .statusCode())
                    .isEqualTo(200);
            assertThat(service.post("/reset/002-clean-up", "Authorization", ALICE)
                            .statusCode())
                    .isEqualTo(200);
            assertThat(actor()).startsWith("alice from 127.0.0.1 as ");
        }
    }

    @Test
    void anonymousIsNobodyUnlessTheKeyIsShown() {
        try (ServiceWithActions service =
                service(WebApplicationType.SERVLET, Guarded.class, WITH_KEY, "--csrf=off", "--open=true")) {
            assertThat(service.post("/skip/002-clean-up").statusCode()).isEqualTo(403);
            assertThat(service.post("/skip/002-clean-up", "Authorization", ALICE, "developer-key", "guess")
                            .statusCode())
                    .isEqualTo(403);
            assertThat(service.post("/skip/002-clean-up", "developer-key", KEY).statusCode())
                    .isEqualTo(200);
            assertThat(actor()).startsWith("key from 127.0.0.1 as ");
        }
    }

    @Test
    void theReactiveKindDoesTheSame() {
        try (ServiceWithActions service = service(WebApplicationType.REACTIVE, ReactivelyGuarded.class)) {
            assertThat(service.post("/skip/002-clean-up").statusCode()).isEqualTo(403);
            assertThat(service.post("/skip/002-clean-up", "Authorization", ALICE, "Origin", "http://elsewhere.example")
                            .statusCode())
                    .isEqualTo(403);
            assertThat(service.post("/skip/002-clean-up", "Authorization", ALICE, "Origin", service.origin())
                            .statusCode())
                    .isEqualTo(200);
            assertThat(actor()).startsWith("alice from 127.0.0.1 as ");
        }
    }

    /** The servlet kind is tried by a real browser. */
    @Test
    void theReactiveKindTellsThePageItsTokenToo() {
        try (ServiceWithActions service = service(WebApplicationType.REACTIVE, ReactivelyGuarded.class, "--csrf=on")) {
            HttpResponse<String> overview = service.get("/overview", "Authorization", ALICE);
            JsonNode token =
                    JsonMapper.shared().readTree(overview.body()).path("asker").path("csrf");
            String session =
                    overview.headers().firstValue("Set-Cookie").orElse("none").split(";")[0];
            assertThat(service.post("/skip/002-clean-up", "Authorization", ALICE, "Cookie", session)
                            .statusCode())
                    .isEqualTo(403);
            assertThat(service.post(
                                    "/skip/002-clean-up",
                                    "Authorization",
                                    ALICE,
                                    "Cookie",
                                    session,
                                    token.path("header").asString(),
                                    token.path("token").asString())
                            .statusCode())
                    .isEqualTo(200);
            assertThat(service.get("/overview", "Authorization", ALICE, "Sec-Fetch-Site", "cross-site")
                            .body())
                    .as("a page elsewhere gets no token")
                    .doesNotContain("csrf");
        }
    }

    private static UserDetails alice() {
        return User.withUsername("alice")
                .password("{noop}wonderland")
                .roles("OPS")
                .build();
    }

    @Configuration(proxyBeanMethods = false)
    @EnableWebSecurity
    static class Guarded {

        @Bean
        UserDetailsService users() {
            return new InMemoryUserDetailsManager(alice());
        }

        @Bean
        SecurityFilterChain chain(HttpSecurity http, Environment environment) throws Exception {
            if (environment.getProperty("csrf", "on").equals("off")) {
                http.csrf(csrf -> csrf.disable());
            }
            boolean open = environment.getProperty("open", Boolean.class, false);
            return http.authorizeHttpRequests(requests -> {
                        if (open) {
                            requests.anyRequest().permitAll();
                        } else {
                            requests.anyRequest().authenticated();
                        }
                    })
                    .httpBasic(Customizer.withDefaults())
                    .build();
        }
    }

    /** Lets everybody through, with the stand-in for nobody: the endpoint itself refuses those. */
    @Configuration(proxyBeanMethods = false)
    @EnableWebFluxSecurity
    static class ReactivelyGuarded {

        @Bean
        MapReactiveUserDetailsService users() {
            return new MapReactiveUserDetailsService(alice());
        }

        @Bean
        SecurityWebFilterChain chain(ServerHttpSecurity http, Environment environment) {
            if (!environment.getProperty("csrf", "off").equals("on")) {
                http.csrf(csrf -> csrf.disable());
            }
            return http.anonymous(Customizer.withDefaults())
                    .authorizeExchange(exchanges -> exchanges.anyExchange().permitAll())
                    .httpBasic(Customizer.withDefaults())
                    .build();
        }
    }
}
