package dev.migrator.sql;

/** White space, comments and lone semicolons: nothing to run. */
public record SqlTrivia(String source, Position start) implements SqlPiece {}
