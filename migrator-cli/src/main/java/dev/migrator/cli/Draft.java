package dev.migrator.cli;

import dev.migrator.Migrator;
import dev.migrator.MigratorBuilder;
import dev.migrator.cli.Options.Setting;
import dev.migrator.execute.RunSettings.ExistingSchema;
import dev.migrator.lock.LockType;
import dev.migrator.plan.PlanOptions;
import dev.migrator.plan.PlanOptions.OnFinding;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problems;
import dev.migrator.reconcile.DriftSettings;
import dev.migrator.reconcile.ExpectedSchemaMode;
import dev.migrator.setting.SettingText;
import dev.migrator.source.SourceOptions;
import dev.migrator.source.UnknownFiles;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The engine's settings while they are read, one after the other. */
final class Draft {

    private final MigratorBuilder builder = Migrator.builder().application("command line");

    @Nullable
    String url;

    @Nullable
    String username;

    @Nullable
    String password;

    @Nullable
    List<String> locations;

    /** As they are given: where files of the jar or of the working directory are looked for is not known here. */
    @Nullable
    List<String> expectedLocations;

    private ExpectedSchemaMode expectedMode = ExpectedSchemaMode.OFF;
    private boolean drift = true;
    private List<String> driftSchemas = List.of();
    private boolean driftGrants;
    private Set<String> environments = Set.of();
    private int retries = 3;
    private Duration retryDelay = Duration.ofSeconds(5);
    private UnknownFiles unknownFiles = UnknownFiles.WARN;
    private OnFinding checksumMismatch = OnFinding.WARN;
    private OnFinding missing = OnFinding.WARN;
    private OnFinding outOfOrder = OnFinding.WARN;

    /** Every setting that can't be understood is named at once. */
    static Draft of(Map<String, Setting> settings) {
        Draft draft = new Draft();
        Problems problems = new Problems();
        for (Property property : Property.values()) {
            Setting setting = settings.get(property.text());
            if (setting != null) {
                try {
                    draft.apply(property, text(property.text(), setting));
                } catch (MigratorException e) {
                    problems.addAll(e.problems());
                }
            }
        }
        problems.throwIfErrors();
        return draft;
    }

    /** A switch, not a table of lambdas: each of those would cost every start a class of its own. */
    private void apply(Property property, SettingText value) {
        switch (property) {
            case ENABLED, AUTO_MIGRATE, FAIL_FAST, GATE_HTTP, COMPAT_FLYWAY_ENDPOINT, DRIFT_DEGRADES_HEALTH ->
                value.asBoolean();
            case STARTUP_MODE -> value.asOneOf(List.of("auto", "early", "runner", "background", "verify"));
            case STARTUP_RETRY_INTERVAL, GATE_RETRY_AFTER, DRIFT_INTERVAL, INSTANCES_HEARTBEAT ->
                value.asDuration(ChronoUnit.SECONDS);
            case INSTANCES_REGISTRY -> value.asOneOf(List.of("auto", "always", "never"));
            case APPLICATION_VERSION -> builder.applicationVersion(value.text());
            case ENDPOINT_KEY -> value.text();
            case URL -> url = value.asUrl();
            case USERNAME -> username = value.text();
            case PASSWORD -> password = value.text();
            case LOCATIONS -> locations = words(value);
            case SCHEMA -> builder.schema(value.text());
            case CREATE_SCHEMA -> builder.createSchema(value.asBoolean());
            case TABLE -> builder.table(value.text());
            case ENVIRONMENTS_ACTIVE -> words(value);
            case ENVIRONMENTS -> environments = Set.copyOf(words(value));
            case STOP_ON_ERROR -> builder.stopOnError(value.asBoolean());
            case TIMEOUT -> builder.timeout(value.asDuration(ChronoUnit.SECONDS));
            case STATEMENT_TIMEOUT -> builder.statementTimeout(value.asDuration(ChronoUnit.SECONDS));
            case CONNECT_TIMEOUT -> builder.connectTimeout(value.asDuration(ChronoUnit.SECONDS));
            case LOCK_TIMEOUT -> builder.lockWait(value.asDuration(ChronoUnit.MILLIS));
            case LOCK_TYPE ->
                builder.lockType(LockType.valueOf(upper(value.asOneOf(List.of("auto", "advisory", "lease")))));
            case LOCK_LEASE -> builder.lockLease(value.asDuration(ChronoUnit.MILLIS));
            case POOLER ->
                builder.pooled(value.asOneOf(List.of("auto", "transaction")).equals("transaction"));
            case DDL_LOCK_TIMEOUT -> builder.lockTimeout(value.asDuration(ChronoUnit.MILLIS));
            case DDL_INDEX_TIMEOUT -> builder.indexTimeout(value.asDuration(ChronoUnit.SECONDS));
            case RETRY_COUNT -> retries = value.asCount();
            case RETRY_DELAY -> retryDelay = value.asDuration(ChronoUnit.SECONDS);
            case ON_UNKNOWN_FILE ->
                unknownFiles = UnknownFiles.valueOf(upper(value.asOneOf(List.of("warn", "fail", "ignore"))));
            case ON_CHECKSUM_MISMATCH -> checksumMismatch = finding(value);
            case ON_MISSING -> missing = finding(value);
            case OUT_OF_ORDER ->
                outOfOrder = value.asOneOf(List.of("allow", "fail")).equals("allow") ? OnFinding.WARN : OnFinding.FAIL;
            case EXPECTED_SCHEMA_MODE ->
                expectedMode = ExpectedSchemaMode.valueOf(upper(value.asOneOf(List.of("off", "report", "fix"))));
            case EXPECTED_SCHEMA_LOCATIONS -> expectedLocations = words(value);
            case DRIFT_ENABLED -> drift = value.asBoolean();
            case DRIFT_SCHEMAS -> driftSchemas = words(value);
            case DRIFT_GRANTS -> driftGrants = value.asBoolean();
            case EXISTING_SCHEMA ->
                builder.existingSchema(ExistingSchema.valueOf(upper(value.asOneOf(List.of("refuse", "allow")))));
        }
    }

    private static OnFinding finding(SettingText value) {
        return OnFinding.valueOf(upper(value.asOneOf(List.of("warn", "fail"))));
    }

    private static String upper(String word) {
        return word.toUpperCase(Locale.ROOT);
    }

    private static List<String> words(SettingText value) {
        return Stream.of(value.text().split(","))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .toList();
    }

    private static SettingText text(String property, Setting setting) {
        return new SettingText(
                property,
                "The setting " + property + " (from " + setting.source() + ")",
                "Correct or remove it: " + setting.source() + ".",
                setting.text());
    }

    ExpectedSchemaMode expectedMode() {
        return expectedMode;
    }

    MigratorBuilder builder() {
        SourceOptions source = SourceOptions.DEFAULTS;
        return builder.connectionRetry(retries, retryDelay)
                .drift(new DriftSettings(drift, driftSchemas, driftGrants))
                .sourceOptions(new SourceOptions(unknownFiles, source.followLinksOutside(), source.maxFileSize()))
                .planOptions(
                        new PlanOptions(checksumMismatch, missing, outOfOrder, environments, null).withCodeElsewhere());
    }
}
