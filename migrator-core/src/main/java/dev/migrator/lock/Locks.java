package dev.migrator.lock;

import dev.migrator.postgres.Connector;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import java.time.Duration;
import java.util.List;

/**
 * Chooses the lock: by the setting, and by what stands between us and the server.
 *
 * @param type what the operator wants
 * @param lease how long a lease is good without a heartbeat
 * @param instance who holds it, as those who wait are told
 * @param application what it says of itself before its first migration
 * @param reach whom it keeps out
 */
public record Locks(LockType type, Duration lease, String instance, String application, Reach reach) {

    private static final String BESIDE_TRAFFIC = " beside traffic";

    /** Whom a lock keeps out. The first two have nothing to do with each other: no start waits for background work. */
    public enum Reach {
        STARTS,
        BESIDE_TRAFFIC,
        EVERYBODY
    }

    public Locks(LockType type, Duration lease, String instance, String application) {
        this(type, lease, instance, application, Reach.STARTS);
    }

    public Locks reaching(Reach wanted) {
        return new Locks(type, lease, instance, application, wanted);
    }

    /**
     * What the lock is about.
     *
     * @param schema of the tracking table; the table of leases is there too
     * @param table the tracking table, quoted or not as the user named it
     * @param createSchema whether the schema may be created
     */
    public record Subject(String schema, String table, boolean createSchema) {}

    /** @param pooled whether another server process may answer each message */
    public MigrationLock choose(Subject subject, boolean pooled, Connector connector) {
        if (pooled && type == LockType.ADVISORY) {
            throw new MigratorException(noSession(connector.settings().pooled()));
        }
        List<String> names = names(subject.table());
        List<LockKey> keys =
                names.stream().map(name -> LockKey.of(subject.schema(), name)).toList();
        List<MigrationLock> locks = names.stream()
                .map(name -> lock(subject, name, keys, pooled, connector))
                .toList();
        return locks.size() == 1 ? locks.get(0) : new BothLocks(locks.get(0), locks.get(1));
    }

    private List<String> names(String table) {
        String besideTraffic = table + BESIDE_TRAFFIC;
        return switch (reach) {
            case STARTS -> List.of(table);
            case BESIDE_TRAFFIC -> List.of(besideTraffic);
            case EVERYBODY -> List.of(besideTraffic, table);
        };
    }

    /** @param told whether a setting says so, which may be wrong; else it was seen */
    private static Problem noSession(boolean told) {
        String how = told
                ? "as migrator.pooler=transaction says"
                : "for another server process answers than the one that accepted the connection";
        return Problem.error(
                ProblemCode.POOLED_CONNECTION,
                "migrator.lock.type",
                "It is advisory, but a connection pooler stands in between, " + how
                        + ": no lock of the session would hold.",
                "Give a direct address of the server in migrator.url, or set migrator.lock.type=auto"
                        + (told ? "; or remove migrator.pooler=transaction." : "."));
    }

    private MigrationLock lock(Subject subject, String name, List<LockKey> ours, boolean pooled, Connector connector) {
        AdvisoryKey key = new AdvisoryKey(LockKey.of(subject.schema(), name));
        LeaseTable leases = new LeaseTable(subject.schema(), name);
        return type == LockType.LEASE || pooled
                ? new LeaseLock(
                        leases,
                        key,
                        new LeaseLock.Settings(
                                instance, "migrator: " + application, lease, subject.createSchema(), pooled),
                        connector)
                : new AdvisoryLock(key, ours, leases, connector);
    }
}
