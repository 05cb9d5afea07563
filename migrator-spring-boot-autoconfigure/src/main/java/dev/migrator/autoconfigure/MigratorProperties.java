package dev.migrator.autoconfigure;

import dev.migrator.autoconfigure.environment.ActiveEnvironments;
import dev.migrator.autoconfigure.phase.InstanceRegistry;
import dev.migrator.reconcile.ExpectedSchemaMode;
import dev.migrator.reconcile.ExpectedSettings;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.convert.DurationUnit;
import org.springframework.core.env.Environment;

/**
 * The settings of a service. A value that can't be understood stops the start; nothing is corrected silently.
 *
 * @param enabled whether anything of it runs at all
 * @param autoMigrate whether pending migrations are run at start-up; if not, pending ones stop the start
 * @param startup when the migrations run
 * @param failFast whether a failure ends the start; if not, the service starts and its health is down
 * @param gate what keeps requests away until the schema is complete
 * @param url where the migrations go, as jdbc:postgresql://… or postgres://user:password@host/db; by default the
 *     application's data source
 * @param username as whom the migrations run; without a URL of their own, at the application's address
 * @param password of that user
 * @param locations folders with migrations: classpath*:…, classpath:… or filesystem:…; sub-folders count
 * @param schema where the tracking tables are and migrations start; by default the connection's current schema
 * @param table name of the tracking table
 * @param environments those that count as active for migrations with environments=…; by default the active profiles
 * @param environmentsActive the environments in which a start migrates at all; by default all
 * @param stopOnError whether the first failure ends the run; if not, what does not depend on it goes on, and the start
 *     still fails
 * @param timeout how long a whole run may take, a bare number is seconds; by default without limit
 * @param statementTimeout how long one statement may run; 0 is without limit
 * @param connectTimeout how long to wait for a connection
 * @param lock the lock that lets one node migrate at a time
 * @param pooler auto: a connection pooler such as PgBouncer is recognised; transaction: one is there, in transaction mode,
 *     though it can't be recognised
 * @param ddl statements that change tables which are in use
 * @param retry a database that is away, or goes away
 * @param onUnknownFile what to make of a file whose name fits no form
 * @param onChecksumMismatch what to make of a file that was changed after it was applied
 * @param onMissing what to make of an applied migration whose file is gone
 * @param outOfOrder whether a migration may run that is older than the newest applied one
 * @param existingSchema whether a schema that has tables but no history may be migrated from the first file on
 * @param createSchema whether the configured schema is created if it does not exist
 * @param applicationVersion which release of the application this is; by default as its build or its manifest says
 * @param instances the registry of the instances that are alive
 * @param endpoint who may act through the endpoint
 * @param expectedSchema what the service needs, as plain DDL
 * @param drift changes of the schema from outside of migrations
 */
@ConfigurationProperties("migrator")
public record MigratorProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("true") boolean autoMigrate,
        @DefaultValue Startup startup,
        @DefaultValue("true") boolean failFast,
        @DefaultValue Gate gate,
        @Nullable String url,
        @Nullable String username,
        @Nullable String password,
        @DefaultValue("classpath*:db/migration/") List<String> locations,
        @Nullable String schema,
        @DefaultValue("schema_migrations") String table,
        @Nullable List<String> environments,
        @DefaultValue List<String> environmentsActive,
        @DefaultValue("true") boolean stopOnError,
        @DurationUnit(ChronoUnit.SECONDS) @Nullable Duration timeout,

        @DurationUnit(ChronoUnit.SECONDS) @DefaultValue("0s")
        Duration statementTimeout,

        @DurationUnit(ChronoUnit.SECONDS) @DefaultValue("10s")
        Duration connectTimeout,

        @DefaultValue Lock lock,
        @DefaultValue("auto") Pooler pooler,
        @DefaultValue Ddl ddl,
        @DefaultValue Retry retry,
        @DefaultValue("warn") OnUnknownFile onUnknownFile,
        @DefaultValue("warn") OnFinding onChecksumMismatch,
        @DefaultValue("warn") OnFinding onMissing,
        @DefaultValue("allow") OutOfOrder outOfOrder,
        @DefaultValue("refuse") ExistingSchema existingSchema,
        @DefaultValue("false") boolean createSchema,
        @Nullable String applicationVersion,
        @DefaultValue Instances instances,
        @DefaultValue Endpoint endpoint,
        @DefaultValue ExpectedSchema expectedSchema,
        @DefaultValue Drift drift) {

    /**
     * When the migrations run.
     *
     * @param mode runner, early, background, verify, or auto: early where a bean needs the schema to be created, else
     *     runner
     * @param retryInterval how long background mode waits before it tries again what time can mend, a bare number is
     *     seconds
     */
    public record Startup(
            @DefaultValue("auto") StartupMode mode,

            @DurationUnit(ChronoUnit.SECONDS) @DefaultValue("30s")
            Duration retryInterval) {

        public Startup {
            refuseUnlessPositive(retryInterval, "migrator.startup.retry-interval");
        }
    }

    /**
     * What keeps requests away until the schema is complete.
     *
     * @param http whether requests are answered with 503 until then, those to the actuator excepted; not in background mode
     * @param retryAfter what such an answer says of when to come back, a bare number is seconds
     */
    public record Gate(
            @DefaultValue("true") boolean http,

            @DurationUnit(ChronoUnit.SECONDS) @DefaultValue("5s")
            Duration retryAfter) {}

    /**
     * The registry of the instances that are alive, for whose end post-deploy migrations wait.
     *
     * @param registry auto: where the files have a post-deploy migration; always; never
     * @param heartbeat how often an instance says that it is alive, a bare number is seconds
     */
    public record Instances(
            @DefaultValue("auto") InstanceRegistry registry,

            @DurationUnit(ChronoUnit.SECONDS) @DefaultValue("30s")
            Duration heartbeat) {

        public Instances {
            refuseUnlessPositive(heartbeat, "migrator.instances.heartbeat");
        }
    }

    /**
     * Who may act through the endpoint, where management.endpoint.migrations.access is unrestricted.
     *
     * @param key what a request shows in its header developer-key; without it, only those whom Spring Security knows
     */
    public record Endpoint(@Nullable String key) {

        @Override
        public String toString() {
            return "Endpoint[key=" + (key == null ? "none" : "***") + "]";
        }
    }

    /**
     * The lock that lets one node migrate at a time.
     *
     * @param timeout how long to wait for another node that makes no progress, a bare number is milliseconds; 0 tries
     *     once
     * @param type auto: an advisory lock, or a lease where a connection pooler stands in between; advisory; lease
     * @param lease how long a lease is good without a heartbeat: so long others wait when its holder dies; a bare number is
     *     milliseconds
     */
    public record Lock(
            @DefaultValue("30s") Duration timeout,
            @DefaultValue("auto") LockType type,
            @DefaultValue("20s") Duration lease) {}

    /** Which lock lets one node migrate at a time. */
    public enum LockType {
        AUTO,
        ADVISORY,
        LEASE
    }

    /** What stands between the service and its database. */
    public enum Pooler {
        AUTO,
        TRANSACTION
    }

    /**
     * Statements that change tables which are in use.
     *
     * @param lockTimeout how long a statement may queue for a table's lock before it steps back and is tried again, a bare
     *     number is milliseconds
     * @param indexTimeout how long concurrent index work may take before it is cancelled and cleaned up, a bare number is
     *     seconds; 0 is without limit
     */
    public record Ddl(
            @DefaultValue("3s") Duration lockTimeout,

            @DurationUnit(ChronoUnit.SECONDS) @DefaultValue("0s")
            Duration indexTimeout) {}

    /**
     * A database that is away, or goes away.
     *
     * @param count how many more tries
     * @param delay the pause before each of them, a bare number is seconds
     */
    public record Retry(
            @DefaultValue("3") int count,

            @DurationUnit(ChronoUnit.SECONDS) @DefaultValue("5s")
            Duration delay) {}

    /**
     * What the service needs, as plain DDL.
     *
     * @param mode off; report: what is missing stops the start; fix: what can be added safely is added
     * @param locations folders with the files: classpath*:…, classpath:… or filesystem:…
     */
    public record ExpectedSchema(
            @DefaultValue("off") ExpectedSchemaMode mode,
            @DefaultValue(ExpectedSettings.DEFAULT_LOCATION) List<String> locations) {}

    /**
     * Changes of the schema from outside of migrations.
     *
     * @param enabled whether the schema is stored after each run that applied something
     * @param schemas those that are looked at; by default the one of the tracking tables
     * @param grants whether rights count
     * @param interval how often a running service looks for them, a bare number is seconds; 0 is never
     * @param degradesHealth whether health is down when there are some
     */
    public record Drift(
            @DefaultValue("true") boolean enabled,
            @DefaultValue List<String> schemas,
            @DefaultValue("false") boolean grants,

            @DurationUnit(ChronoUnit.SECONDS) @DefaultValue("0s")
            Duration interval,

            @DefaultValue("false") boolean degradesHealth) {

        public Drift {
            if (interval.isNegative()) {
                throw new IllegalArgumentException("migrator.drift.interval is negative: give 0 for never");
            }
        }
    }

    /** How much a file matters that fits no form. */
    public enum OnUnknownFile {
        WARN,
        FAIL,
        IGNORE
    }

    /** What a finding does to the start. */
    public enum OnFinding {
        WARN,
        FAIL
    }

    /** What becomes of a migration that comes late. */
    public enum OutOfOrder {
        ALLOW,
        FAIL
    }

    /** What becomes of tables that no history tells of. */
    public enum ExistingSchema {
        REFUSE,
        ALLOW
    }

    /** Without a pause the database would be asked again and again. */
    private static void refuseUnlessPositive(Duration pause, String setting) {
        if (pause.compareTo(Duration.ofMillis(1)) < 0) {
            throw new IllegalArgumentException(setting + " is " + pause.toMillis() + " ms: give more than zero");
        }
    }

    ActiveEnvironments environmentsOf(Environment environment) {
        return ActiveEnvironments.of(environment, environments, environmentsActive);
    }

    /** Without what is secret: a record would print its password. */
    @Override
    public String toString() {
        return "MigratorProperties[enabled=" + enabled + ", autoMigrate=" + autoMigrate + ", startup=" + startup
                + ", locations=" + locations + ", schema=" + schema + ", table=" + table + "]";
    }
}
