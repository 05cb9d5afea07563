/** Runs migrations that are written in Java: one transaction, one guarded connection, a rehearsal for dry runs. */
@NullMarked
package dev.migrator.data;

import org.jspecify.annotations.NullMarked;
