/** What the environment says: plain variable names become properties, checked strictly, before anything else starts. */
@NullMarked
package dev.migrator.autoconfigure.environment;

import org.jspecify.annotations.NullMarked;
