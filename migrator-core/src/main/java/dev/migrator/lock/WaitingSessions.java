package dev.migrator.lock;

import dev.migrator.postgres.Session;
import dev.migrator.postgres.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Waiting sessions try and pause in turns, so {@code pg_locks} does not have them: they say it themselves. */
record WaitingSessions(LockKey key) {

    private static final String WAITERS = """
            SELECT a.pid, a.application_name, a.usename, pg_catalog.host(a.client_addr) AS address,
                   EXTRACT(epoch FROM pg_catalog.clock_timestamp() - a.backend_start) AS connected
              FROM pg_catalog.pg_stat_activity a
             WHERE a.datname = pg_catalog.current_database() AND pg_catalog.starts_with(a.application_name, ?)
             ORDER BY a.pid""";

    private static final String OURS = "migrator: ";

    void show(Session session, boolean waiting) throws SQLException {
        String application = session.settings().applicationName();
        String service = application.startsWith(OURS) ? application.substring(OURS.length()) : application;
        session.execute(
                waiting ? "SET application_name = " + Sql.literal(waitingName() + service) : "RESET application_name");
    }

    List<LockWaiter> list(Session session) throws SQLException {
        return session.query(WAITERS, this::read, waitingName());
    }

    private String waitingName() {
        return String.format(Locale.ROOT, "migrator waiting %016x: ", key.value());
    }

    private LockWaiter read(ResultSet row) throws SQLException {
        double seconds = row.getDouble("connected");
        Duration connected = row.wasNull() ? null : Duration.ofMillis((long) (seconds * 1000));
        return new LockWaiter(
                row.getInt("pid"),
                row.getString("application_name").substring(waitingName().length()),
                LockHolder.orUnknown(row.getString("usename")),
                row.getString("address"),
                connected);
    }
}
