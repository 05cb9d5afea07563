/** What operators see of the migrations and may do with them: health and the endpoint, with types that are made for JSON. */
@NullMarked
package dev.migrator.autoconfigure.actuate;

import org.jspecify.annotations.NullMarked;
