package dev.migrator.cli;

import dev.migrator.Migrator;
import dev.migrator.MigratorBuilder;
import dev.migrator.command.CommandEnvironment;
import dev.migrator.command.Interruption;
import dev.migrator.event.MigrationListener;
import dev.migrator.postgres.ConnectionDetails;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.setting.PostgresUrl;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes the engine from options, environment and file. The one that was made last is the one to interrupt. */
final class Connected implements CommandEnvironment.Migrators {

    private static final String FOLDER = "db/migration";
    private static final String EXPECTED_FOLDER = "db/expected";

    private final Options options;
    private final Function<String, @Nullable String> environment;
    private final Password.Prompt prompt;
    private final Interruption interruption;
    private final Map<ConnectionDetails, ConnectionDetails> completed;

    Connected(
            Options options,
            Function<String, @Nullable String> environment,
            Password.Prompt prompt,
            Interruption interruption) {
        this(options, environment, prompt, interruption, new HashMap<>());
    }

    private Connected(
            Options options,
            Function<String, @Nullable String> environment,
            Password.Prompt prompt,
            Interruption interruption,
            Map<ConnectionDetails, ConnectionDetails> completed) {
        this.options = options;
        this.environment = environment;
        this.prompt = prompt;
        this.interruption = interruption;
        this.completed = completed;
    }

    /** With other options, and the passwords that were asked for already. */
    Connected with(Options others) {
        return new Connected(others, environment, prompt, interruption, completed);
    }

    @Override
    public Migrator with(MigrationListener listener) {
        Draft draft = Draft.of(Settings.of(options, environment));
        MigratorBuilder builder = draft.builder().listener(listener);
        Path jar = options.jar();
        if (jar != null) {
            builder.classLoader(AppJar.loader(jar)).codeElsewhere(AppCode.of(jar));
        }
        if (draft.locations != null) {
            builder.locations(locations(draft.locations));
        } else if (jar == null) {
            builder.locations("filesystem:" + FOLDER);
        }
        if (draft.expectedLocations != null) {
            builder.expectedSchema(draft.expectedMode(), locations(draft.expectedLocations));
        } else if (jar == null) {
            builder.expectedSchema(draft.expectedMode(), "filesystem:" + EXPECTED_FOLDER);
        } else {
            builder.expectedSchema(draft.expectedMode());
        }
        ConnectionDetails details = completed.computeIfAbsent(details(draft), this::complete);
        return interruption.watch(builder.connection(details).build());
    }

    Interruption interruption() {
        return interruption;
    }

    /** Where new files go: the first folder that is one of the file system. */
    Path newFiles() {
        Draft draft = Draft.of(Settings.of(options, environment));
        List<String> locations = draft.locations == null ? List.of(FOLDER) : draft.locations;
        return locations.stream()
                .map(Connected::location)
                .filter(location -> location.startsWith("filesystem:"))
                .map(location -> Path.of(location.substring("filesystem:".length())))
                .findFirst()
                .orElse(Path.of(FOLDER));
    }

    private static String[] locations(List<String> texts) {
        return texts.stream().map(Connected::location).toArray(String[]::new);
    }

    /** A plain path is one too. */
    private static String location(String text) {
        boolean prefixed =
                text.startsWith("filesystem:") || text.startsWith("classpath:") || text.startsWith("classpath*:");
        return prefixed ? text : "filesystem:" + text;
    }

    private ConnectionDetails details(Draft draft) {
        if (draft.url == null) {
            throw invalid("No database is named.", "Give --url postgres://host:5432/database, or set DATABASE_URL.");
        }
        PostgresUrl url = PostgresUrl.parse(draft.url, "--url");
        String username = url.username() != null ? url.username() : draft.username;
        if (draft.username != null && !draft.username.equals(username)) {
            throw invalid(
                    "The address names the user " + username + ", and --username or a setting another one.",
                    "Leave one of them out.");
        }
        String password = url.password() != null ? url.password() : draft.password;
        return new ConnectionDetails(url.jdbcUrl(), username, password, Map.of());
    }

    private ConnectionDetails complete(ConnectionDetails details) {
        for (String option : options.withPassword()) {
            prompt.warn("warning: the password in " + option + " can be seen by everybody on this machine.\n"
                    + "  -> Set MIGRATOR_PASSWORD or DATABASE_URL, or write it into .pgpass.");
        }
        return new Password(environment, prompt).complete(details);
    }

    private static MigratorException invalid(String description, String action) {
        return new MigratorException(Problem.error(ProblemCode.INVALID_SETTING, "--url", description, action));
    }
}
