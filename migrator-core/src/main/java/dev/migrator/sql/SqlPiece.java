package dev.migrator.sql;

/** A part of a script. The sources of all pieces, joined in their order, are the script's text. */
public sealed interface SqlPiece permits SqlStatement, CopyData, PsqlCommand, SqlTrivia, SqlFault {

    /** The exact text that the piece covers. */
    String source();

    /** Where {@link #source()} starts. */
    Position start();
}
