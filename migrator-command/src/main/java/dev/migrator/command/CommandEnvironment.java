package dev.migrator.command;

import dev.migrator.Migrator;
import dev.migrator.command.answer.Screen;
import dev.migrator.event.MigrationListener;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a face brings to the verbs.
 *
 * @param program how it is called, as a person types it
 * @param migrators the engine, connected with what the face knows; asked only by verbs that need a database
 * @param screen where answers go
 * @param newFiles the folder for new migrations
 * @param options an object with picocli's annotations: options that every verb has in this face; or null
 * @param verbs further verbs of this face, by name
 */
public record CommandEnvironment(
        String program,
        Migrators migrators,
        Screen screen,
        Supplier<Path> newFiles,
        @Nullable Object options,
        Map<String, Supplier<Object>> verbs) {

    public CommandEnvironment {
        verbs = Map.copyOf(verbs);
    }

    /** Makes the engine for one verb. */
    @FunctionalInterface
    public interface Migrators {

        /** @param listener hears of each step, besides those that the face has */
        Migrator with(MigrationListener listener);
    }
}
