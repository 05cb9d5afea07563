package dev.migrator.batch;

import org.jspecify.annotations.Nullable;

/**
 * How far a batched migration is, as its row says. It moves in the transaction of each batch, so it is never wrong.
 *
 * @param upper the last key that there was at its start; null for a table that was empty
 * @param cursor the last key that is done; null before the first batch
 * @param scanned rows that are behind the cursor
 * @param done rows that were migrated; a file counts those that it has changed
 * @param failed rows that were left out
 */
public record Checkpoint(
        @Nullable Key upper, @Nullable Key cursor, long scanned, long done, long failed, long estimated) {

    Checkpoint moved(Page page, long migrated) {
        return new Checkpoint(upper, page.last(), scanned + page.rows(), done + migrated, failed, estimated);
    }

    Checkpoint leftOut(Page page) {
        return new Checkpoint(upper, page.last(), scanned + page.rows(), done, failed + 1, estimated);
    }
}
