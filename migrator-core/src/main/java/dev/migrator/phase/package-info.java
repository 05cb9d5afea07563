/** One call for several phases: in the order of a deployment, each under the lock of its kind. */
@NullMarked
package dev.migrator.phase;

import org.jspecify.annotations.NullMarked;
