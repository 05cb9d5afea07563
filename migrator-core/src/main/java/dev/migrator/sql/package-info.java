/** Text to statements with line and column; what kind of statement each one is. Pure: no database, no other package. */
@NullMarked
package dev.migrator.sql;

import org.jspecify.annotations.NullMarked;
