/** What a database's schema is: read from the catalog, written as text, compared object by object. */
@NullMarked
package dev.migrator.schema;

import org.jspecify.annotations.NullMarked;
