package dev.migrator.alone;

import org.jspecify.annotations.Nullable;

/**
 * What the journal says of a statement before it is sent.
 *
 * @param mayHaveRun whether an earlier try of it may have reached the server, and nobody saw how it ended
 * @param found what {@link AloneRun#find} said before it was sent for the first time; null where nobody has looked
 */
public record Earlier(boolean mayHaveRun, @Nullable String found) {}
