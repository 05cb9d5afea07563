/** What a service does for migrations after its start: those of later phases, and saying that it is alive. */
@NullMarked
package dev.migrator.autoconfigure.phase;

import org.jspecify.annotations.NullMarked;
