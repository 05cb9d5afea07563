/** The database that a test's container or a compose file brings is the one that is migrated. */
@NullMarked
package dev.migrator.autoconfigure.container;

import org.jspecify.annotations.NullMarked;
