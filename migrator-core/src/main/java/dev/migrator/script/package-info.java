/** The texts of pending migrations: read to their ends before anything runs, judged, cut into what is sent together. */
@NullMarked
package dev.migrator.script;

import org.jspecify.annotations.NullMarked;
