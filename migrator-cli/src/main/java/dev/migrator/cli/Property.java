package dev.migrator.cli;

import dev.migrator.execute.RunSettings.ExistingSchema;
import dev.migrator.plan.PlanOptions.OnFinding;
import dev.migrator.setting.SettingText;
import dev.migrator.source.UnknownFiles;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/** Each setting of a service, and what it does here. Those that speak of a service's start are read, and do nothing. */
enum Property {
    ENABLED("migrator.enabled", (draft, value) -> value.asBoolean()),
    AUTO_MIGRATE("migrator.auto-migrate", (draft, value) -> value.asBoolean()),
    STARTUP_MODE("migrator.startup.mode", (draft, value) -> value.asOneOf(List.of("auto", "early", "runner"))),
    URL("migrator.url", (draft, value) -> draft.url = value.asUrl()),
    USERNAME("migrator.username", (draft, value) -> draft.username = value.text()),
    PASSWORD("migrator.password", (draft, value) -> draft.password = value.text()),
    LOCATIONS("migrator.locations", (draft, value) -> draft.locations = words(value)),
    SCHEMA("migrator.schema", (draft, value) -> draft.builder.schema(value.text())),
    CREATE_SCHEMA("migrator.create-schema", (draft, value) -> draft.builder.createSchema(value.asBoolean())),
    TABLE("migrator.table", (draft, value) -> draft.builder.table(value.text())),
    ENVIRONMENTS("migrator.environments", (draft, value) -> draft.environments = Set.copyOf(words(value))),
    STOP_ON_ERROR("migrator.stop-on-error", (draft, value) -> draft.builder.stopOnError(value.asBoolean())),
    TIMEOUT("migrator.timeout", (draft, value) -> draft.builder.timeout(value.asDuration(ChronoUnit.SECONDS))),
    STATEMENT_TIMEOUT(
            "migrator.statement-timeout",
            (draft, value) -> draft.builder.statementTimeout(value.asDuration(ChronoUnit.SECONDS))),
    CONNECT_TIMEOUT(
            "migrator.connect-timeout",
            (draft, value) -> draft.builder.connectTimeout(value.asDuration(ChronoUnit.SECONDS))),
    LOCK_TIMEOUT(
            "migrator.lock.timeout", (draft, value) -> draft.builder.lockWait(value.asDuration(ChronoUnit.MILLIS))),
    DDL_LOCK_TIMEOUT(
            "migrator.ddl.lock-timeout",
            (draft, value) -> draft.builder.lockTimeout(value.asDuration(ChronoUnit.MILLIS))),
    RETRY_COUNT("migrator.retry.count", (draft, value) -> draft.retries = value.asCount()),
    RETRY_DELAY("migrator.retry.delay", (draft, value) -> draft.retryDelay = value.asDuration(ChronoUnit.SECONDS)),
    ON_UNKNOWN_FILE("migrator.on-unknown-file", (draft, value) -> draft.unknownFiles = unknownFiles(value)),
    ON_CHECKSUM_MISMATCH("migrator.on-checksum-mismatch", (draft, value) -> draft.checksumMismatch = finding(value)),
    ON_MISSING("migrator.on-missing", (draft, value) -> draft.missing = finding(value)),
    OUT_OF_ORDER("migrator.out-of-order", (draft, value) -> draft.outOfOrder = outOfOrder(value)),
    EXISTING_SCHEMA("migrator.existing-schema", (draft, value) -> draft.builder.existingSchema(existingSchema(value)));

    static final List<String> NAMES =
            Arrays.stream(values()).map(Property::text).toList();

    private final String text;
    private final BiConsumer<Draft, SettingText> effect;

    Property(String text, BiConsumer<Draft, SettingText> effect) {
        this.text = text;
        this.effect = effect;
    }

    String text() {
        return text;
    }

    void apply(Draft draft, SettingText value) {
        effect.accept(draft, value);
    }

    private static List<String> words(SettingText value) {
        return Stream.of(value.text().split(","))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .toList();
    }

    private static UnknownFiles unknownFiles(SettingText value) {
        return UnknownFiles.valueOf(upper(value.asOneOf(List.of("warn", "fail", "ignore"))));
    }

    private static OnFinding finding(SettingText value) {
        return OnFinding.valueOf(upper(value.asOneOf(List.of("warn", "fail"))));
    }

    private static OnFinding outOfOrder(SettingText value) {
        return value.asOneOf(List.of("allow", "fail")).equals("allow") ? OnFinding.WARN : OnFinding.FAIL;
    }

    private static ExistingSchema existingSchema(SettingText value) {
        return ExistingSchema.valueOf(upper(value.asOneOf(List.of("refuse", "allow"))));
    }

    private static String upper(String word) {
        return word.toUpperCase(Locale.ROOT);
    }
}
