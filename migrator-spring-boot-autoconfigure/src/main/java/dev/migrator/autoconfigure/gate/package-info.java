/** Keeps requests away until the schema is complete. */
@NullMarked
package dev.migrator.autoconfigure.gate;

import org.jspecify.annotations.NullMarked;
