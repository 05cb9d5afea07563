package dev.migrator.lock;

import dev.migrator.postgres.Connector;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import java.time.Duration;

/**
 * Chooses the lock: by the setting, and by what stands between us and the server.
 *
 * @param type what the operator wants
 * @param lease how long a lease is good without a heartbeat
 * @param instance who holds it, as those who wait are told
 * @param application what it says of itself before its first migration
 * @param besideTraffic whether it is the lock of what runs beside the traffic: the two have nothing to do with each other,
 *     so that no start waits for an hour of background work
 */
public record Locks(LockType type, Duration lease, String instance, String application, boolean besideTraffic) {

    private static final String BESIDE_TRAFFIC = " beside traffic";

    public Locks(LockType type, Duration lease, String instance, String application) {
        this(type, lease, instance, application, false);
    }

    public Locks besideTheTraffic() {
        return new Locks(type, lease, instance, application, true);
    }

    /** What the lock is about.
     *
     * @param schema of the tracking table; the table of leases is there too
     * @param table the tracking table, quoted or not as the user named it
     * @param createSchema whether the schema may be created
     */
    public record Subject(String schema, String table, boolean createSchema) {}

    /** @param pooled whether another server process may answer each message */
    public MigrationLock choose(Subject subject, boolean pooled, Connector connector) {
        if (pooled && type == LockType.ADVISORY) {
            throw new MigratorException(Problem.error(
                    ProblemCode.POOLED_CONNECTION,
                    "migrator.lock.type",
                    "It is advisory, but a connection pooler stands in between: another server process answers than the"
                            + " one that accepted the connection, so no lock of the session would hold.",
                    "Give a direct address of the server in migrator.url, or set migrator.lock.type=auto."));
        }
        String name = besideTraffic ? subject.table() + BESIDE_TRAFFIC : subject.table();
        AdvisoryKey key = new AdvisoryKey(LockKey.of(subject.schema(), name));
        LeaseTable leases = new LeaseTable(subject.schema(), name);
        boolean byLease = type == LockType.LEASE || pooled;
        return byLease
                ? new LeaseLock(
                        leases,
                        key,
                        new LeaseLock.Settings(
                                instance, "migrator: " + application, lease, subject.createSchema(), pooled),
                        connector)
                : new AdvisoryLock(key, leases, connector);
    }
}
