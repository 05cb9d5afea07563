/** The service's own jar as a command line: {@code java -jar app.jar --migrator.command=status}. */
@NullMarked
package dev.migrator.autoconfigure.command;

import org.jspecify.annotations.NullMarked;
