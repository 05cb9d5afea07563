/** Statements that can't share a transaction with their journal: what the catalog says of them, their run, what they leave. */
@NullMarked
package dev.migrator.alone;

import org.jspecify.annotations.NullMarked;
