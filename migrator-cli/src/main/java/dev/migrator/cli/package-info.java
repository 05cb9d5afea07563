/** The command line: the verbs without an application. It finds its database and its files, and ends the process. */
@NullMarked
package dev.migrator.cli;

import org.jspecify.annotations.NullMarked;
