/**
 * Runs migrations that change data: code of the user in one transaction on a guarded connection, batches in Java and SQL; a
 * rehearsal for dry runs.
 */
@NullMarked
package dev.migrator.data;

import org.jspecify.annotations.NullMarked;
