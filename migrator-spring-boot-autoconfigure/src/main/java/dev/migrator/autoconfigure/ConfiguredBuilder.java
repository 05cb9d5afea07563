package dev.migrator.autoconfigure;

import dev.migrator.Migrator;
import dev.migrator.MigratorBuilder;
import dev.migrator.execute.RunSettings;
import dev.migrator.lock.LockType;
import dev.migrator.plan.PlanOptions;
import dev.migrator.postgres.ConnectionDetails;
import dev.migrator.reconcile.DriftSettings;
import dev.migrator.source.FileIndex;
import dev.migrator.source.SourceOptions;
import dev.migrator.source.UnknownFiles;
import org.springframework.aot.AotDetector;
import org.springframework.core.env.Environment;

/** The engine's settings as the service's properties have them. */
record ConfiguredBuilder(MigratorProperties properties, Environment environment, ClassLoader classLoader) {

    private static final SourceOptions SOURCE = SourceOptions.DEFAULTS;

    MigratorBuilder builder(ConnectionDetails connection) {
        return Migrator.builder()
                .classLoader(classLoader)
                .connection(connection)
                .locations(properties.locations().toArray(String[]::new))
                .sourceOptions(sourceOptions())
                .schema(properties.schema())
                .table(properties.table())
                .application(environment.getProperty("spring.application.name", "service"))
                .connectTimeout(properties.connectTimeout())
                .lockWait(properties.lock().timeout())
                .lockType(
                        switch (properties.lock().type()) {
                            case AUTO -> LockType.AUTO;
                            case ADVISORY -> LockType.ADVISORY;
                            case LEASE -> LockType.LEASE;
                        })
                .lockLease(properties.lock().lease())
                .pooled(properties.pooler() == MigratorProperties.Pooler.TRANSACTION)
                .lockTimeout(properties.ddl().lockTimeout())
                .indexTimeout(properties.ddl().indexTimeout())
                .statementTimeout(properties.statementTimeout())
                .timeout(properties.timeout())
                .stopOnError(properties.stopOnError())
                .connectionRetry(properties.retry().count(), properties.retry().delay())
                .existingSchema(
                        switch (properties.existingSchema()) {
                            case REFUSE -> RunSettings.ExistingSchema.REFUSE;
                            case ALLOW -> RunSettings.ExistingSchema.ALLOW;
                        })
                .createSchema(properties.createSchema())
                .expectedSchema(
                        properties.expectedSchema().mode(),
                        properties.expectedSchema().locations().toArray(String[]::new))
                .drift(new DriftSettings(
                        properties.drift().enabled(),
                        properties.drift().schemas(),
                        properties.drift().grants()))
                .planOptions(planOptions());
    }

    private SourceOptions sourceOptions() {
        UnknownFiles unknown = switch (properties.onUnknownFile()) {
            case WARN -> UnknownFiles.WARN;
            case FAIL -> UnknownFiles.FAIL;
            case IGNORE -> UnknownFiles.IGNORE;
        };
        return new SourceOptions(unknown, SOURCE.followLinksOutside(), SOURCE.maxFileSize(), index());
    }

    private FileIndex index() {
        return AotDetector.useGeneratedArtifacts() ? FileIndex.on(classLoader) : FileIndex.NONE;
    }

    private PlanOptions planOptions() {
        return new PlanOptions(
                onFinding(properties.onChecksumMismatch()),
                onFinding(properties.onMissing()),
                switch (properties.outOfOrder()) {
                    case ALLOW -> PlanOptions.OnFinding.WARN;
                    case FAIL -> PlanOptions.OnFinding.FAIL;
                },
                properties.environmentsOf(environment).here(),
                null);
    }

    private static PlanOptions.OnFinding onFinding(MigratorProperties.OnFinding finding) {
        return switch (finding) {
            case WARN -> PlanOptions.OnFinding.WARN;
            case FAIL -> PlanOptions.OnFinding.FAIL;
        };
    }
}
