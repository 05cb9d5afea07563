/** The facade: what a service, an endpoint or a command asks for, and what it gets. Nothing in the engine imports it. */
@NullMarked
package dev.migrator;

import org.jspecify.annotations.NullMarked;
