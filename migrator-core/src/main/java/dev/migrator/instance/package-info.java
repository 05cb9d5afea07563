/** Which processes of the service are alive, and of which release each is. */
@NullMarked
package dev.migrator.instance;

import org.jspecify.annotations.NullMarked;
