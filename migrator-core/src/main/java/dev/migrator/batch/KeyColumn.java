package dev.migrator.batch;

/**
 * One column of the key.
 *
 * @param type as the server names it
 */
public record KeyColumn(String name, String type) {}
