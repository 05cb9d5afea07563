package dev.migrator.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** What every verb of the command line can be told about its database and its files. */
final class Options {

    @Option(
            names = "--url",
            scope = ScopeType.INHERIT,
            paramLabel = "URL",
            order = 50,
            description = "The database: postgres://host:5432/name or jdbc:postgresql://host:5432/name; else"
                    + " DATABASE_URL. No password in it: everybody on this machine sees the process list.")
    private @Nullable String url;

    @Option(
            names = {"-U", "--username"},
            scope = ScopeType.INHERIT,
            paramLabel = "USER",
            order = 51,
            description = "As whom. The password comes from MIGRATOR_PASSWORD, PGPASSWORD or .pgpass, or is asked for.")
    private @Nullable String username;

    @Option(
            names = {"-l", "--locations"},
            scope = ScopeType.INHERIT,
            paramLabel = "DIR",
            split = ",",
            order = 52,
            description = "Folders with migrations; db/migration where nothing is said.")
    private List<String> locations = new ArrayList<>();

    @Option(
            names = "--jar",
            scope = ScopeType.INHERIT,
            paramLabel = "FILE",
            order = 53,
            description = "Read the migrations inside this application's jar.")
    private @Nullable Path jar;

    @Option(
            names = "--schema",
            scope = ScopeType.INHERIT,
            paramLabel = "NAME",
            order = 54,
            description = "Where the history is and migrations start; else the connection's schema.")
    private @Nullable String schema;

    @Option(
            names = "--environments",
            scope = ScopeType.INHERIT,
            paramLabel = "NAME",
            order = 55,
            description = "What counts as active for migrations of certain environments.")
    private @Nullable String environments;

    @Option(
            names = "--set",
            scope = ScopeType.INHERIT,
            paramLabel = "NAME=VALUE",
            order = 56,
            description = "Any setting, such as migrator.lock.timeout=10s.")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Option(
            names = "--config",
            scope = ScopeType.INHERIT,
            paramLabel = "FILE",
            order = 57,
            description = "A file with settings; migrator.properties in this directory where nothing is said.")
    private @Nullable Path config;

    /** What one line of the shell says shall not hold for the next one. */
    Options copy() {
        Options copy = new Options();
        copy.url = url;
        copy.username = username;
        copy.locations = new ArrayList<>(locations);
        copy.jar = jar;
        copy.schema = schema;
        copy.environments = environments;
        copy.settings = new LinkedHashMap<>(settings);
        copy.config = config;
        return copy;
    }

    @Nullable
    Path jar() {
        return jar;
    }

    @Nullable
    Path config() {
        return config;
    }

    @Nullable
    String url() {
        return url;
    }

    /** As properties, each with what a person typed. */
    Map<String, Setting> properties() {
        Map<String, Setting> given = new LinkedHashMap<>();
        settings.forEach((name, value) -> given.put(name, new Setting(value, "--set " + name)));
        put(given, "migrator.url", url, "--url");
        put(given, "migrator.username", username, "--username");
        put(given, "migrator.schema", schema, "--schema");
        put(given, "migrator.environments", environments, "--environments");
        put(given, "migrator.locations", locations.isEmpty() ? null : String.join(",", locations), "--locations");
        return given;
    }

    private static void put(Map<String, Setting> given, String property, @Nullable String value, String option) {
        if (value != null) {
            given.put(property, new Setting(value, option));
        }
    }

    /**
     * The text of a setting.
     *
     * @param source what a refusal names: an option, a variable, a file
     */
    record Setting(String text, String source) {}
}
