/** Finds and names migrations. What is found and not understood is a problem, never a silence. */
@NullMarked
package dev.migrator.source;

import org.jspecify.annotations.NullMarked;
