package dev.migrator;

import dev.migrator.batch.BatchSettings;
import dev.migrator.event.Listeners;
import dev.migrator.event.LoggingListener;
import dev.migrator.event.MigrationListener;
import dev.migrator.execute.RetryPolicy;
import dev.migrator.execute.RunSettings;
import dev.migrator.expected.ExpectedFiles;
import dev.migrator.history.HistoryTable;
import dev.migrator.history.TableNames;
import dev.migrator.instance.Instances;
import dev.migrator.lock.LockType;
import dev.migrator.lock.Locks;
import dev.migrator.migration.DataMigrationSource;
import dev.migrator.migration.MigrationCode;
import dev.migrator.plan.PlanOptions;
import dev.migrator.postgres.ConnectionDetails;
import dev.migrator.postgres.Connector;
import dev.migrator.postgres.SessionSettings;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.reconcile.Database;
import dev.migrator.reconcile.DriftSettings;
import dev.migrator.reconcile.ExpectedSchemaMode;
import dev.migrator.reconcile.ExpectedSettings;
import dev.migrator.source.CodeElsewhere;
import dev.migrator.source.CodeMigrations;
import dev.migrator.source.PlainFiles;
import dev.migrator.source.SourceOptions;
import dev.migrator.source.SqlFiles;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Every setting with its default; {@link #build()} opens nothing yet. */
public final class MigratorBuilder {

    /** PostgreSQL and its driver keep their time-outs in milliseconds, as a 32-bit number. */
    private static final Duration LONGEST = Duration.ofMillis(Integer.MAX_VALUE);

    private @Nullable ConnectionDetails connection;
    private List<String> locations = List.of(SqlFiles.DEFAULT_LOCATION);
    private ClassLoader classLoader = defaultClassLoader();
    private SourceOptions sourceOptions = SourceOptions.DEFAULTS;
    private @Nullable String schema;
    private String table = "schema_migrations";
    private String application = "service";
    private String instanceId = ProcessName.current();
    private String version = "unknown";
    private String operator = ProcessName.operator();
    private Duration connectTimeout = Duration.ofSeconds(10);
    private Duration lockWait = Duration.ofSeconds(30);
    private LockType lockType = LockType.AUTO;
    private Duration lease = Duration.ofSeconds(20);
    private boolean pooled;
    private Duration lockTimeout = Duration.ofSeconds(3);
    private Duration indexTimeout = Duration.ZERO;
    private Duration statementTimeout = Duration.ZERO;
    private @Nullable Duration timeout;
    private boolean stopOnError = true;
    private int connectionRetries = 3;
    private Duration retryDelay = Duration.ofSeconds(5);
    private RetryPolicy lockRetry = RetryPolicy.forLocks();
    private RunSettings.ExistingSchema existingSchema = RunSettings.ExistingSchema.REFUSE;
    private boolean createSchema;
    private final List<DataMigrationSource> code = new ArrayList<>();
    private CodeElsewhere elsewhere = CodeElsewhere.NONE;
    private Map<String, String> parameters = Map.of();
    private BatchSettings batches = BatchSettings.DEFAULTS;
    private PlanOptions planOptions = PlanOptions.defaults();
    private ExpectedSettings expected = ExpectedSettings.OFF;
    private DriftSettings drift = DriftSettings.ON;
    private final List<MigrationListener> listeners = new ArrayList<>(List.of(new LoggingListener()));

    MigratorBuilder() {}

    public MigratorBuilder connection(ConnectionDetails details) {
        this.connection = details;
        return this;
    }

    public MigratorBuilder connection(String jdbcUrl, @Nullable String username, @Nullable String password) {
        return connection(ConnectionDetails.of(jdbcUrl, username, password));
    }

    /** {@code classpath*:…}, {@code classpath:…} or {@code filesystem:…}; sub-folders count. */
    public MigratorBuilder locations(String... folders) {
        this.locations = List.of(folders);
        return this;
    }

    public MigratorBuilder classLoader(ClassLoader loader) {
        this.classLoader = loader;
        return this;
    }

    public MigratorBuilder sourceOptions(SourceOptions options) {
        this.sourceOptions = options;
        return this;
    }

    /** Where the tracking tables are and migrations start; without it, the connection's current schema. */
    public MigratorBuilder schema(@Nullable String name) {
        this.schema = name;
        return this;
    }

    public MigratorBuilder table(String name) {
        this.table = name;
        return this;
    }

    /** Names the service in {@code pg_stat_activity}. */
    public MigratorBuilder application(String name) {
        this.application = name;
        return this;
    }

    public MigratorBuilder instanceId(String id) {
        this.instanceId = id;
        return this;
    }

    /** Which release of the application this is: what others read who wait for the end of the older ones. */
    public MigratorBuilder applicationVersion(String text) {
        this.version = text;
        return this;
    }

    /**
     * Names the person or pipeline that asks for what is done by hand (a rollback, one migration, an amendment); without
     * it, the user of the operating system and the machine.
     */
    public MigratorBuilder operator(String name) {
        this.operator = name;
        return this;
    }

    public MigratorBuilder connectTimeout(Duration limit) {
        this.connectTimeout = within(Duration.ofSeconds(1), limit, "migrator.connect-timeout");
        return this;
    }

    /** How long to wait for another node that migrates and makes no progress; zero tries once. */
    public MigratorBuilder lockWait(Duration limit) {
        this.lockWait = within(Duration.ZERO, limit, "migrator.lock.timeout");
        return this;
    }

    /** Which lock lets one node migrate at a time. */
    public MigratorBuilder lockType(LockType type) {
        this.lockType = type;
        return this;
    }

    /** How long a lease is good without a heartbeat of its holder: so long others wait after a crash. */
    public MigratorBuilder lockLease(Duration duration) {
        this.lease = within(Duration.ofSeconds(1), duration, "migrator.lock.lease");
        return this;
    }

    /** Says that a pooler in transaction mode stands before the server, where it can't be seen from the connection. */
    public MigratorBuilder pooled(boolean behindPooler) {
        this.pooled = behindPooler;
        return this;
    }

    /** How long a statement of a migration may queue for a table's lock before it gives up and is tried again. */
    public MigratorBuilder lockTimeout(Duration limit) {
        this.lockTimeout = within(Duration.ZERO, limit, "migrator.ddl.lock-timeout");
        return this;
    }

    /** How long concurrent index work may take before it is cancelled and cleaned up; zero is for ever. */
    public MigratorBuilder indexTimeout(Duration limit) {
        this.indexTimeout = within(Duration.ZERO, limit, "migrator.ddl.index-timeout");
        return this;
    }

    public MigratorBuilder statementTimeout(Duration limit) {
        this.statementTimeout = within(Duration.ZERO, limit, "migrator.statement-timeout");
        return this;
    }

    /** How long a whole run may take; null is for ever. */
    public MigratorBuilder timeout(@Nullable Duration limit) {
        this.timeout = limit == null ? null : within(Duration.ofMillis(1), limit, "migrator.timeout");
        return this;
    }

    public MigratorBuilder stopOnError(boolean stop) {
        this.stopOnError = stop;
        return this;
    }

    /** For a database that is away or goes away: so many more tries, each after the delay. */
    public MigratorBuilder connectionRetry(int retries, Duration delay) {
        if (retries < 0) {
            throw invalid("migrator.retry.count", Integer.toString(retries), "0 or more");
        }
        this.connectionRetries = retries;
        this.retryDelay = within(Duration.ZERO, delay, "migrator.retry.delay");
        return this;
    }

    /** For locks of tables that others hold, and deadlocks with them. */
    public MigratorBuilder lockRetry(RetryPolicy policy) {
        this.lockRetry = policy;
        return this;
    }

    /** What to do with a schema that has tables but no history. */
    public MigratorBuilder existingSchema(RunSettings.ExistingSchema choice) {
        this.existingSchema = choice;
        return this;
    }

    public MigratorBuilder createSchema(boolean create) {
        this.createSchema = create;
        return this;
    }

    /** Migrations in Java, listed anew at each look; their objects are made when they are pending. */
    public MigratorBuilder dataMigrations(DataMigrationSource source) {
        this.code.add(source);
        return this;
    }

    public MigratorBuilder dataMigrations(MigrationCode... migrations) {
        return dataMigrations(DataMigrationSource.of(List.of(migrations)));
    }

    /** Those that run in another process, the application: they keep their place in the order here. */
    public MigratorBuilder codeElsewhere(CodeElsewhere known) {
        this.elsewhere = known;
        return this;
    }

    /** How considerate batched migrations are of everybody else. */
    public MigratorBuilder batchSettings(BatchSettings settings) {
        this.batches = settings;
        return this;
    }

    /** What migrations in Java get from {@code MigrationContext.parameters()}. */
    public MigratorBuilder parameters(Map<String, String> values) {
        this.parameters = Map.copyOf(values);
        return this;
    }

    /** How findings are judged, and which environments are active. */
    public MigratorBuilder planOptions(PlanOptions options) {
        this.planOptions = options;
        return this;
    }

    /** What of an expected schema is looked at after the migrations, and where its files are. */
    public MigratorBuilder expectedSchema(ExpectedSchemaMode mode, String... folders) {
        this.expected =
                new ExpectedSettings(mode, folders.length == 0 ? ExpectedSettings.OFF.locations() : List.of(folders));
        return this;
    }

    /** Whether the schema is remembered after each run, so that changes from outside can be told. */
    public MigratorBuilder drift(DriftSettings settings) {
        this.drift = settings;
        return this;
    }

    public MigratorBuilder listener(MigrationListener listener) {
        this.listeners.add(listener);
        return this;
    }

    public Migrator build() {
        if (connection == null) {
            throw invalid("migrator.url", "(nothing)", "a JDBC URL of a PostgreSQL database");
        }
        SessionSettings session =
                new SessionSettings("migrator: " + application, connectTimeout, lockTimeout, statementTimeout, pooled);
        RunSettings run = new RunSettings(
                application,
                instanceId,
                new Locks(lockType, lease, instanceId, application),
                operator,
                lockWait,
                lockTimeout,
                indexTimeout,
                timeout,
                stopOnError,
                RetryPolicy.forConnection(connectionRetries, retryDelay),
                lockRetry,
                existingSchema,
                createSchema,
                batches,
                parameters,
                planOptions);
        SqlFiles files = new SqlFiles(locations, classLoader, sourceOptions);
        Connector connector = new Connector(connection, session);
        TableNames names = new TableNames(schema, table);
        Listeners all = new Listeners(listeners);
        CodeMigrations migrationsInCode = new CodeMigrations(code, elsewhere);
        SchemaChecks checks = schemaChecks(connector, names, run, all);
        Instances instances = new Instances(connector, names, instanceId, version);
        return new Migrator(new Engine(connector, names, run, files::scan, migrationsInCode, all, checks, instances));
    }

    private SchemaChecks schemaChecks(Connector connector, TableNames names, RunSettings run, Listeners all) {
        PlainFiles expectedFiles =
                new PlainFiles(expected.locations(), classLoader, sourceOptions, "migrator.expected-schema.locations");
        Database database = new Database(connector, new HistoryTable(names), run);
        return new SchemaChecks(database, expected.mode(), new ExpectedFiles(expectedFiles), drift, all);
    }

    private static Duration within(Duration least, Duration value, String setting) {
        if (value.compareTo(least) < 0) {
            throw invalid(setting, value.toString(), least.isZero() ? "zero or more" : least + " or more");
        }
        if (value.compareTo(LONGEST) > 0) {
            throw invalid(setting, value.toString(), LONGEST.toDays() + " days or less");
        }
        return value;
    }

    private static MigratorException invalid(String setting, String value, String wanted) {
        return new MigratorException(Problem.error(
                ProblemCode.INVALID_SETTING, setting, "It is " + value + "; needed is " + wanted + ".", "Correct it."));
    }

    private static ClassLoader defaultClassLoader() {
        ClassLoader ofThread = Thread.currentThread().getContextClassLoader();
        return ofThread != null ? ofThread : MigratorBuilder.class.getClassLoader();
    }
}
