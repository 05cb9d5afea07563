/** Runs a plan: one transaction a step, recorded in the same transaction; retries; reports. */
@NullMarked
package dev.migrator.execute;

import org.jspecify.annotations.NullMarked;
