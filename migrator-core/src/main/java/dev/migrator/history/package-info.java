/** The tracking tables: their shape, what is read from them and what is written to them. */
@NullMarked
package dev.migrator.history;

import org.jspecify.annotations.NullMarked;
