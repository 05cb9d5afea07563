/** What a run tells the service: Spring's events, and the steps of its start. */
@NullMarked
package dev.migrator.autoconfigure.event;

import org.jspecify.annotations.NullMarked;
