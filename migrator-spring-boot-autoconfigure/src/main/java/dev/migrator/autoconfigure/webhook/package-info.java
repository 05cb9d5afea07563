/** Tells others over HTTP what a run has done: signed, in its own time, and never in the way. */
@NullMarked
package dev.migrator.autoconfigure.webhook;

import org.jspecify.annotations.NullMarked;
