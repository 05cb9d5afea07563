/** The schema that a service needs: read from plain SQL files by the server itself, and what it takes to add it. */
@NullMarked
package dev.migrator.expected;

import org.jspecify.annotations.NullMarked;
