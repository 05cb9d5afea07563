/** An ordinary service with migrations of its own. */
@NullMarked
package dev.migrator.sample;

import org.jspecify.annotations.NullMarked;
