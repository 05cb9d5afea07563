package dev.migrator.autoconfigure.compat;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What tools expect that know another migration tool.
 *
 * @param flywayEndpoint whether there is an endpoint flyway, in the shape that Spring Boot Admin's view expects; not where
 *     Flyway itself is on the class path
 */
@ConfigurationProperties("migrator.compat")
public record CompatProperties(@DefaultValue("false") boolean flywayEndpoint) {}
