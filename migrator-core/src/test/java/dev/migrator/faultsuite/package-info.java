/**
 * The fault suite: many rounds of each fault, counted in a table. {@code mvn -Pfaults verify} runs it in full size and
 * prints the table; an ordinary build runs a few rounds of each ({@code -Dmigrator.faults.scale}). See docs/faults.md.
 */
package dev.migrator.faultsuite;
