package dev.migrator;

import dev.migrator.lock.LockHolder;
import dev.migrator.lock.LockWaiter;
import dev.migrator.lock.MigrationLock;
import dev.migrator.postgres.Blocker;
import dev.migrator.postgres.Blockers;
import dev.migrator.postgres.Session;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Asks the server who stands in whose way. */
final class LocksLook {

    private final Session session;
    private final MigrationLock lock;
    private final MigrationLock besideTraffic;
    private final Collection<String> migrations;

    /**
     * @param besideTraffic the lock of background and post-deploy migrations
     * @param migrations all known names, to find the one that the holder shows
     */
    LocksLook(Session session, MigrationLock lock, MigrationLock besideTraffic, Collection<String> migrations) {
        this.session = session;
        this.lock = lock;
        this.besideTraffic = besideTraffic;
        this.migrations = migrations;
    }

    LocksReport report(String place) throws SQLException {
        LockHolder holder = lock.holder(session).orElse(null);
        List<LockWaiter> waiters = lock.waiters(session);
        List<Blocker> blockers = holder == null ? List.of() : Blockers.of(session, holder.pid());
        return new LocksReport(
                place,
                holder,
                holder == null ? null : migrationOf(holder),
                waiters,
                blockers,
                remarks(holder, blockers, besideTraffic.holder(session).orElse(null)));
    }

    /** The holder's name for itself ends in what it runs; the server cuts names at 63 bytes. */
    private @Nullable String migrationOf(LockHolder holder) {
        String application = holder.application();
        return migrations.stream()
                .filter(name -> application.endsWith(" " + name))
                .max(Comparator.comparingInt(String::length))
                .orElse(null);
    }

    private static List<String> remarks(
            @Nullable LockHolder holder, List<Blocker> blockers, @Nullable LockHolder besideTraffic) {
        List<String> hidden = new ArrayList<>();
        if (holder != null && holder.isHidden()) {
            hidden.add(Integer.toString(holder.pid()));
        }
        blockers.stream()
                .filter(Blocker::isHidden)
                .map(blocker -> Integer.toString(blocker.pid()))
                .forEach(hidden::add);
        List<String> remarks = new ArrayList<>();
        if (!hidden.isEmpty()) {
            remarks.add("The server hides from this role what pid " + String.join(", ", hidden)
                    + " does; members of pg_read_all_stats see it.");
        }
        if (besideTraffic != null) {
            remarks.add("Beside the traffic, under a lock that no start waits for, works " + besideTraffic.describe()
                    + ".");
        }
        return remarks;
    }
}
