/** What happened, as facts, and who listens. */
@NullMarked
package dev.migrator.event;

import org.jspecify.annotations.NullMarked;
