/** What a user writes, and what identifies it. */
@NullMarked
package dev.migrator.migration;

import org.jspecify.annotations.NullMarked;
