/** The verb {@code deploy}: migrations through the endpoint of a running service. */
@NullMarked
package dev.migrator.cli.deploy;

import org.jspecify.annotations.NullMarked;
