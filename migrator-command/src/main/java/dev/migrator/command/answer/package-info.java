/** What verbs print, for people and for machines, and how they ask. */
@NullMarked
package dev.migrator.command.answer;

import org.jspecify.annotations.NullMarked;
