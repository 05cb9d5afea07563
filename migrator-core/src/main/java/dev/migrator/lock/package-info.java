/** One run at a time, across nodes and crashes. */
@NullMarked
package dev.migrator.lock;

import org.jspecify.annotations.NullMarked;
