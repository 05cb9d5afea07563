/** What the verb {@code create} writes: names that fit in a folder, and the texts of new files. */
@NullMarked
package dev.migrator.command.create;

import org.jspecify.annotations.NullMarked;
