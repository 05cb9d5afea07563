/** Keeps the database at what is expected: drift is told, and what is missing is added. */
@NullMarked
package dev.migrator.reconcile;

import org.jspecify.annotations.NullMarked;
