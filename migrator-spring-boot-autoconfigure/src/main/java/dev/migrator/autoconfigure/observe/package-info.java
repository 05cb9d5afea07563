/** Metrics and traces of migrations, where Micrometer is on the class path. */
@NullMarked
package dev.migrator.autoconfigure.observe;

import org.jspecify.annotations.NullMarked;
