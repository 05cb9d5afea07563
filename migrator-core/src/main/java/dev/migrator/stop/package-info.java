/** What ends a run, or a session's part of it, before its work is done: its time, somebody's wish, a lost session or lock. */
@NullMarked
package dev.migrator.stop;

import org.jspecify.annotations.NullMarked;
