/** The engine in a Spring Boot service: properties, which database, the run at start-up, failure analysis. */
@NullMarked
package dev.migrator.autoconfigure;

import org.jspecify.annotations.NullMarked;
