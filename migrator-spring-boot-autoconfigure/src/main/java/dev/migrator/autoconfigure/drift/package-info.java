/** What was changed in the schema outside of migrations: looked for on request or from time to time, and remembered. */
@NullMarked
package dev.migrator.autoconfigure.drift;

import org.jspecify.annotations.NullMarked;
