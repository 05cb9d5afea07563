package dev.migrator.autoconfigure.observe;

import java.util.OptionalInt;

/** Where the gauge of drift reads: a bean of whoever looks for drift. It answers from memory. */
@FunctionalInterface
public interface DriftReading {

    /** How many objects were changed outside of migrations; empty while nobody knows. */
    OptionalInt objects();
}
