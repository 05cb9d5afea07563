package dev.migrator.cli;

import java.util.Arrays;
import java.util.List;

/** Each setting of a service by its name. Those that speak of a service's start are read here too, and do nothing. */
enum Property {
    ENABLED("migrator.enabled"),
    AUTO_MIGRATE("migrator.auto-migrate"),
    STARTUP_MODE("migrator.startup.mode"),
    STARTUP_RETRY_INTERVAL("migrator.startup.retry-interval"),
    FAIL_FAST("migrator.fail-fast"),
    GATE_HTTP("migrator.gate.http"),
    GATE_RETRY_AFTER("migrator.gate.retry-after"),
    APPLICATION_VERSION("migrator.application-version"),
    INSTANCES_REGISTRY("migrator.instances.registry"),
    INSTANCES_HEARTBEAT("migrator.instances.heartbeat"),
    ENDPOINT_KEY("migrator.endpoint.key"),
    COMPAT_FLYWAY_ENDPOINT("migrator.compat.flyway-endpoint"),
    URL("migrator.url"),
    USERNAME("migrator.username"),
    PASSWORD("migrator.password"),
    LOCATIONS("migrator.locations"),
    SCHEMA("migrator.schema"),
    CREATE_SCHEMA("migrator.create-schema"),
    TABLE("migrator.table"),
    ENVIRONMENTS("migrator.environments"),
    ENVIRONMENTS_ACTIVE("migrator.environments-active"),
    STOP_ON_ERROR("migrator.stop-on-error"),
    TIMEOUT("migrator.timeout"),
    STATEMENT_TIMEOUT("migrator.statement-timeout"),
    CONNECT_TIMEOUT("migrator.connect-timeout"),
    LOCK_TIMEOUT("migrator.lock.timeout"),
    LOCK_TYPE("migrator.lock.type"),
    LOCK_LEASE("migrator.lock.lease"),
    POOLER("migrator.pooler"),
    DDL_LOCK_TIMEOUT("migrator.ddl.lock-timeout"),
    DDL_INDEX_TIMEOUT("migrator.ddl.index-timeout"),
    RETRY_COUNT("migrator.retry.count"),
    RETRY_DELAY("migrator.retry.delay"),
    ON_UNKNOWN_FILE("migrator.on-unknown-file"),
    ON_CHECKSUM_MISMATCH("migrator.on-checksum-mismatch"),
    ON_MISSING("migrator.on-missing"),
    OUT_OF_ORDER("migrator.out-of-order"),
    EXPECTED_SCHEMA_MODE("migrator.expected-schema.mode"),
    EXPECTED_SCHEMA_LOCATIONS("migrator.expected-schema.locations"),
    DRIFT_ENABLED("migrator.drift.enabled"),
    DRIFT_SCHEMAS("migrator.drift.schemas"),
    DRIFT_GRANTS("migrator.drift.grants"),
    DRIFT_INTERVAL("migrator.drift.interval"),
    DRIFT_DEGRADES_HEALTH("migrator.drift.degrades-health"),
    EXISTING_SCHEMA("migrator.existing-schema");

    private final String text;

    Property(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }

    static List<String> names() {
        return Arrays.stream(values()).map(Property::text).toList();
    }
}
