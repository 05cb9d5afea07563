package dev.migrator.migration;

/**
 * Where a name stands in the order. One line for all: numbers, then points in time, then what has no version. A date is
 * the same point as the first second of its day.
 */
final class Version implements Comparable<Version> {

    enum Rank {
        NUMBER,
        INSTANT,
        NONE
    }

    static final Version NONE = new Version(Rank.NONE, new long[0], "");

    private final Rank rank;
    private final long[] parts;
    private final String text;

    Version(Rank rank, long[] parts, String text) {
        this.rank = rank;
        this.parts = parts;
        this.text = text;
    }

    String text() {
        return text;
    }

    Rank rank() {
        return rank;
    }

    /** A part that is left out counts as 0, as Flyway has it: 1 and 1.0 are one version. */
    @Override
    public int compareTo(Version other) {
        int order = rank.compareTo(other.rank);
        for (int i = 0; order == 0 && i < Math.max(parts.length, other.parts.length); i++) {
            order = Long.compare(part(i), other.part(i));
        }
        return order;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Version version && compareTo(version) == 0;
    }

    @Override
    public int hashCode() {
        int hash = rank.hashCode();
        for (int i = parts.length - 1; i >= 0; i--) {
            // trailing zeros must not count: 1 equals 1.0
            hash = hash == rank.hashCode() && parts[i] == 0 ? hash : 31 * hash + Long.hashCode(parts[i]);
        }
        return hash;
    }

    private long part(int index) {
        return index < parts.length ? parts[index] : 0;
    }
}
