package dev.migrator.lock;

import dev.migrator.postgres.ConnectionDetails;
import dev.migrator.postgres.Connector;
import dev.migrator.postgres.Session;
import dev.migrator.postgres.SessionSettings;
import java.sql.SQLException;
import java.time.Duration;

/** Locks of one database, as a run would choose them. */
record TestLocks(String url, String instance) {

    static final Duration LEASE = Duration.ofSeconds(2);

    TestLocks(String url) {
        this(url, "instance-1");
    }

    MigrationLock of(LockType type) {
        return of(type, "public", LEASE);
    }

    MigrationLock of(LockType type, Locks.Reach reach) {
        return choose(new Locks(type, LEASE, instance, "test", reach), "public");
    }

    MigrationLock of(LockType type, String schema, Duration lease) {
        return choose(new Locks(type, lease, instance, "test"), schema);
    }

    private MigrationLock choose(Locks locks, String schema) {
        return locks.choose(new Locks.Subject(schema, "schema_migrations", true), false, connector());
    }

    Session open() throws SQLException {
        return connector().open();
    }

    private Connector connector() {
        return new Connector(ConnectionDetails.of(url, null, null), SessionSettings.defaults());
    }
}
