/** Walks over a table by key, a transaction a batch: pages, checkpoint, size, holds, failures. */
@NullMarked
package dev.migrator.batch;

import org.jspecify.annotations.NullMarked;
