package dev.migrator.lock;

import dev.migrator.postgres.Connector;
import dev.migrator.postgres.Session;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A session-level advisory lock. It is only ever tried, in autocommit: a session that waits in {@code pg_advisory_lock},
 * or holds the lock in an open transaction, keeps a snapshot that a concurrent index build of the holder waits for.
 */
public final class AdvisoryLock implements MigrationLock {

    /** Gives back what a migration locked and forgot; divides by zero when one of ours is not there any more. */
    private static final String TIDY = """
            SELECT 1 / (pg_catalog.count(*) FILTER (WHERE mine) / %d),
                   pg_catalog.count(*) FILTER (WHERE NOT mine AND CASE
                       WHEN objsubid = 1 AND mode = 'ExclusiveLock' THEN pg_catalog.pg_advisory_unlock(big)
                       WHEN objsubid = 1 THEN pg_catalog.pg_advisory_unlock_shared(big)
                       WHEN mode = 'ExclusiveLock' THEN pg_catalog.pg_advisory_unlock(upper_half, lower_half)
                       ELSE pg_catalog.pg_advisory_unlock_shared(upper_half, lower_half) END)
              FROM (SELECT objsubid, mode, (classid::pg_catalog.int8 << 32) | objid::pg_catalog.int8 AS big,
                           classid::pg_catalog.int4 AS upper_half, objid::pg_catalog.int4 AS lower_half,
                           objsubid = 1 AND (classid, objid) IN (%s) AS mine
                      FROM pg_catalog.pg_locks
                     WHERE locktype = 'advisory' AND granted AND pid = pg_catalog.pg_backend_pid()) held""";

    /** The table of leases is looked for after the lock was taken: see {@link LeaseLock}. */
    private static final String TRY =
            "SELECT pg_catalog.pg_try_advisory_lock(?), pg_catalog.to_regclass(?) IS NOT NULL";

    private final AdvisoryKey key;
    private final List<LockKey> ours;
    private final LeaseTable leases;
    private final Connector connector;
    private final WaitingSessions waiting;

    /** @param ours all that the run's session holds: the key, and that of another lock beside it */
    AdvisoryLock(AdvisoryKey key, List<LockKey> ours, LeaseTable leases, Connector connector) {
        this.key = key;
        this.ours = ours;
        this.leases = leases;
        this.connector = connector;
        this.waiting = new WaitingSessions(key.key());
    }

    private record Tried(boolean taken, boolean leasesExist) {}

    @Override
    public Optional<HeldLock> tryAcquire(Session session) throws SQLException {
        Tried tried = session.queryOne(
                TRY,
                row -> new Tried(row.getBoolean(1), row.getBoolean(2)),
                key.key().value(),
                leases.qualifiedName());
        if (!tried.taken()) {
            return Optional.empty();
        }
        if (tried.leasesExist() && leases.holder(session).isPresent()) {
            unlock(session, key);
            return Optional.empty();
        }
        return Optional.of(new Held(session, key, ours, new SilenceWatch(session, connector)));
    }

    /** False when it was not ours any more. */
    private static boolean unlock(Session session, AdvisoryKey key) throws SQLException {
        return session.queryOne(
                "SELECT pg_catalog.pg_advisory_unlock(?)",
                row -> row.getBoolean(1),
                key.key().value());
    }

    @Override
    public Optional<LockHolder> holder(Session session) throws SQLException {
        Optional<LockHolder> holder = key.holder(session);
        boolean leasesExist = holder.isEmpty()
                && session.queryOne(
                        "SELECT pg_catalog.to_regclass(?) IS NOT NULL",
                        row -> row.getBoolean(1),
                        leases.qualifiedName());
        return leasesExist ? leases.holder(session) : holder;
    }

    @Override
    public void showWaiting(Session session, boolean waits) throws SQLException {
        waiting.show(session, waits);
    }

    @Override
    public List<LockWaiter> waiters(Session session) throws SQLException {
        return waiting.list(session);
    }

    /** It dies with the session; the session's own transaction is proof enough that it lives. */
    static final class Held implements HeldLock {

        private final Session session;
        private final AdvisoryKey key;
        private final List<LockKey> ours;
        private final SilenceWatch watch;
        private boolean closed;

        Held(Session session, AdvisoryKey key, List<LockKey> ours, SilenceWatch watch) {
            this.session = session;
            this.key = key;
            this.ours = ours;
            this.watch = watch;
        }

        @Override
        public boolean isHeld() throws SQLException {
            return !closed && key.isHeldByMe(session);
        }

        @Override
        public @Nullable String guard() {
            return null;
        }

        @Override
        public List<String> tidy(boolean mayHoldOthers) {
            String mine = ours.stream()
                    .map(each -> each.classId() + "::pg_catalog.oid, " + each.objectId() + "::pg_catalog.oid")
                    .collect(Collectors.joining("), (", "(", ")"));
            return List.of(String.format(Locale.ROOT, TIDY, ours.size(), mine));
        }

        @Override
        public void close() throws SQLException {
            if (closed) {
                throw new IllegalStateException(this + " was given back before");
            }
            closed = true;
            try {
                if (!unlock(session, key)) {
                    throw new IllegalStateException(this + " was lost before it was given back");
                }
            } finally {
                watch.close();
            }
        }

        @Override
        public String toString() {
            return "the advisory lock " + key.key().value() + " of pid " + session.backendPid();
        }
    }
}
