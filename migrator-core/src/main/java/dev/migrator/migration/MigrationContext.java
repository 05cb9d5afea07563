package dev.migrator.migration;

import java.util.Map;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What a migration in Java works with. It is good for one call, on the thread of that call. */
public interface MigrationContext {

    /**
     * Speaks to the database in the migration's own connection and transaction. Commit, rollback and the like are refused;
     * savepoints are fine.
     */
    JdbcClient jdbc();

    /** The same connection for what takes a data source, such as a {@code JdbcTemplate}; closing it does nothing. */
    DataSource dataSource();

    /** Whether everything will be rolled back: whatever reaches outside of the database must be left undone then. */
    boolean dryRun();

    /**
     * Tells how far it is; may be called for every row.
     *
     * @param total 0 where it is not known
     */
    void progress(long done, long total);

    Logger log();

    /** What the operator has set for migrations, by name. */
    Map<String, String> parameters();
}
