package dev.migrator.lock;

import dev.migrator.postgres.Answer;
import dev.migrator.postgres.Message;
import dev.migrator.postgres.Session;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * A process that adds one to a counter under the lock, again and again: it reads, thinks, and writes what it has read plus
 * one. Arguments: its name, URL, type of lock, lease in ms, how often; with 0 it takes the lock and
 * keeps it.
 */
final class LockMain {

    private final MigrationLock lock;
    private final TestLocks locks;

    private LockMain(MigrationLock lock, TestLocks locks) {
        this.lock = lock;
        this.locks = locks;
    }

    public static void main(String[] args) throws SQLException {
        TestLocks locks = new TestLocks(args[1], args[0]);
        Duration lease = Duration.ofMillis(Long.parseLong(args[3]));
        LockMain main = new LockMain(locks.of(LockType.valueOf(args[2]), "public", lease), locks);
        int times = Integer.parseInt(args[4]);
        if (times == 0) {
            main.keep();
        }
        int lost = 0;
        for (int done = 0; done < times; ) {
            if (main.addOne()) {
                done++;
            } else {
                lost++;
            }
        }
        System.out.println("done, lost " + lost + " times");
        stay();
    }

    private static void stay() {
        LockSupport.parkNanos(Duration.ofMinutes(5).toNanos());
    }

    private void keep() throws SQLException {
        try (Session session = locks.open();
                HeldLock held = acquire(session)) {
            System.out.println("has " + held);
            stay();
        }
    }

    /** False when the lock was lost meanwhile, and nothing was written. */
    private boolean addOne() throws SQLException {
        String attempt = UUID.randomUUID().toString();
        Session session = locks.open();
        try (session) {
            HeldLock held = acquire(session);
            try {
                int n = session.queryOne("SELECT n FROM counter", row -> row.getInt(1));
                LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(40_000_000));
                return write(session, held, n + 1, attempt);
            } finally {
                giveBack(held);
            }
        } catch (SQLException e) {
            if (e.getSQLState() != null && e.getSQLState().startsWith("08")) {
                return arrived(session.backendPid(), attempt);
            }
            throw e;
        }
    }

    /** The heartbeat has cut the session, perhaps in the middle of the write: the server knows, once its process is gone. */
    private boolean arrived(int pid, String attempt) throws SQLException {
        try (Session session = locks.open()) {
            while (session.queryOne(
                    "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE pid = ?)", row -> row.getBoolean(1), pid)) {
                LockSupport.parkNanos(10_000_000);
            }
            return session.queryOne(
                    "SELECT EXISTS (SELECT FROM added WHERE attempt = ?)", row -> row.getBoolean(1), attempt);
        }
    }

    private static boolean write(Session session, HeldLock held, int n, String attempt) throws SQLException {
        Message message = new Message();
        message.add("BEGIN");
        if (held.guard() != null) {
            message.add(held.guard());
        }
        message.add("UPDATE counter SET n = " + n);
        message.add("INSERT INTO added VALUES (" + n + ", '" + attempt + "')");
        message.add("COMMIT");
        Answer answer = session.send(message);
        SQLException error = answer.error();
        if (error != null && !HeldLock.LOST.equals(error.getSQLState())) {
            throw error;
        }
        if (error != null) {
            session.execute("ROLLBACK");
        }
        return error == null;
    }

    private static void giveBack(HeldLock held) {
        try {
            held.close();
        } catch (SQLException | IllegalStateException e) {
            System.out.println("not given back: " + e.getMessage());
        }
    }

    private HeldLock acquire(Session session) throws SQLException {
        Optional<HeldLock> held = lock.tryAcquire(session);
        while (held.isEmpty()) {
            LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(5_000_000));
            held = lock.tryAcquire(session);
        }
        return held.get();
    }
}
