package dev.migrator.testkit;

import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import java.util.concurrent.locks.LockSupport;
import org.postgresql.PGConnection;
import org.postgresql.PGProperty;
import org.postgresql.replication.LogSequenceNumber;
import org.postgresql.replication.PGReplicationStream;

/**
 * A standby as its server sees it: it receives the whole log by streaming replication, and says how much of it is applied.
 * It applies nothing in truth, so that a test decides how far behind it is.
 */
public final class SlowStandby implements AutoCloseable {

    private static final long BETWEEN_ANSWERS_NANOS = 5_000_000;

    private final Connection connection;
    private final PGReplicationStream stream;
    private final Thread thread;
    private volatile boolean stalled;
    private volatile boolean closed;

    private SlowStandby(Connection connection, PGReplicationStream stream) {
        this.connection = connection;
        this.stream = stream;
        this.thread = new Thread(this::receive, "slow-standby");
    }

    /** It follows from now on. */
    public static SlowStandby of(TestDatabase database) {
        String position = database.value("SELECT pg_current_wal_flush_lsn()::text", String.class);
        Properties properties = new Properties();
        PGProperty.USER.set(properties, database.server().user());
        PGProperty.PASSWORD.set(properties, database.server().password());
        PGProperty.REPLICATION.set(properties, "true");
        PGProperty.ASSUME_MIN_SERVER_VERSION.set(properties, "14");
        PGProperty.PREFER_QUERY_MODE.set(properties, "simple");
        try {
            Connection connection =
                    DriverManager.getConnection(database.server().url(database.name()), properties);
            PGReplicationStream stream = connection
                    .unwrap(PGConnection.class)
                    .getReplicationAPI()
                    .replicationStream()
                    .physical()
                    .withStartPosition(LogSequenceNumber.valueOf(position))
                    .start();
            SlowStandby standby = new SlowStandby(connection, stream);
            standby.thread.start();
            return standby;
        } catch (SQLException e) {
            throw new IllegalStateException("The server lets nobody follow it", e);
        }
    }

    /** From now on it receives everything and applies nothing. */
    public void stall() {
        stalled = true;
    }

    public void catchUp() {
        stalled = false;
    }

    private void receive() {
        try {
            while (!closed) {
                ByteBuffer received = stream.readPending();
                stream.setFlushedLSN(stream.getLastReceiveLSN());
                if (!stalled) {
                    stream.setAppliedLSN(stream.getLastReceiveLSN());
                }
                if (received == null) {
                    stream.forceUpdateStatus();
                    LockSupport.parkNanos(BETWEEN_ANSWERS_NANOS);
                }
            }
        } catch (SQLException e) {
            if (!closed) {
                throw new IllegalStateException("The standby lost its server", e);
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join();
            stream.close();
            connection.close();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
