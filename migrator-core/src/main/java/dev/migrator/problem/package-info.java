/** Everything that can be wrong, said once for the log, the endpoint, the command line and a failed start. */
@NullMarked
package dev.migrator.problem;

import org.jspecify.annotations.NullMarked;
