package dev.migrator.batch;

/**
 * A range of keys, both ends included.
 *
 * @param rows how many rows had such keys when the range was chosen
 */
public record Page(Key first, Key last, int rows) {

    @Override
    public String toString() {
        return first.equals(last) ? first.toString() : first + " to " + last;
    }
}
