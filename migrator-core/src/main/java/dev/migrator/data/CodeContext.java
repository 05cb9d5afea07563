package dev.migrator.data;

import dev.migrator.event.MigrationEvent;
import dev.migrator.event.Progress;
import dev.migrator.migration.CodeMigration;
import dev.migrator.migration.MigrationContext;
import java.sql.Connection;
import java.time.Duration;
import java.util.Map;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What code of a user gets to work with. */
final class CodeContext implements MigrationContext {

    private static final long BETWEEN_EVENTS = Duration.ofSeconds(2).toNanos();

    private final DataRun run;
    private final CodeMigration migration;
    private final DataSource dataSource;
    private final JdbcClient jdbc;
    private final boolean dryRun;
    private final long startedAt = System.nanoTime();
    private long toldAt = startedAt;
    private long done;
    private long total;

    CodeContext(DataRun run, CodeMigration migration, Connection connection, boolean dryRun) {
        this.run = run;
        this.migration = migration;
        this.dataSource = new BoundDataSource(connection);
        this.jdbc = JdbcClient.create(dataSource);
        this.dryRun = dryRun;
    }

    @Override
    public JdbcClient jdbc() {
        return jdbc;
    }

    @Override
    public DataSource dataSource() {
        return dataSource;
    }

    @Override
    public boolean dryRun() {
        return dryRun;
    }

    @Override
    public void progress(long doneNow, long totalNow) {
        done = doneNow;
        total = totalNow;
        long now = System.nanoTime();
        if (now - toldAt >= BETWEEN_EVENTS) {
            toldAt = now;
            Progress progress = Progress.of(done, 0, total, Duration.ofNanos(now - startedAt));
            run.listeners().on(new MigrationEvent.MigrationProgressed(run.runId(), migration.name(), progress));
        }
    }

    long done() {
        return done;
    }

    long total() {
        return total;
    }

    @Override
    public Logger log() {
        return LoggerFactory.getLogger(migration.origin());
    }

    @Override
    public Map<String, String> parameters() {
        return run.parameters();
    }
}
