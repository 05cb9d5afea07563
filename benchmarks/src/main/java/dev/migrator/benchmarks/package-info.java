/** What a run costs, beside a loop that could not do less and beside Flyway and Liquibase. */
@NullMarked
package dev.migrator.benchmarks;

import org.jspecify.annotations.NullMarked;
