/**
 * The verbs of an operator: what they print and how they exit. The command line and an application's command mode run the
 * same ones; each brings its own way to a database. Nothing here ends the process.
 */
@NullMarked
package dev.migrator.command;

import org.jspecify.annotations.NullMarked;
