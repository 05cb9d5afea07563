package dev.migrator.sql;

/**
 * Rows that belong to the {@code COPY … FROM STDIN} before them; after such a statement there are one or more of these, of
 * which only the final one is {@code last}.
 *
 * @param rows whole lines with their line ends, without the {@code \.} line
 * @param last whether the data end here, with the {@code \.} line or with the text
 */
public record CopyData(String source, Position start, String rows, boolean last) implements SqlPiece {}
