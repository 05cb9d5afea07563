package dev.migrator.batch;

import java.sql.SQLException;

/** What is done with the rows of a range, within the transaction of their batch. */
public interface BatchWork {

    /** Comes after BEGIN. */
    default void begin() throws SQLException {}

    /** Returns how many rows were migrated. What it throws rolls the batch back. */
    long migrate(Page page) throws Exception;

    /** Comes when the transaction has ended, or must end now. */
    default void end() throws SQLException {}
}
