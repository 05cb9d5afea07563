/** What tools that know another migration tool expect to see. */
@NullMarked
package dev.migrator.autoconfigure.compat;

import org.jspecify.annotations.NullMarked;
