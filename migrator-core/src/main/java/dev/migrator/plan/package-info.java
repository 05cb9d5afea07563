/** Pure: the catalog, the history and the options make a plan, or problems. */
@NullMarked
package dev.migrator.plan;

import org.jspecify.annotations.NullMarked;
