/** What is done when a service is built, so that its start has less to do. */
@NullMarked
package dev.migrator.autoconfigure.aot;

import org.jspecify.annotations.NullMarked;
