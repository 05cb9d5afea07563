package dev.migrator.sql;

/**
 * A command to psql itself, up to the end of its line.
 *
 * @param name with its backslash, as in {@code \connect}
 * @param harmless whether leaving it out changes nothing: restrict and unrestrict, as pg_dump writes them
 */
public record PsqlCommand(String source, Position start, String name, boolean harmless) implements SqlPiece {}
