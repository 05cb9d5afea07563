package dev.migrator.faults;

import dev.migrator.Migrator;
import dev.migrator.MigratorBuilder;
import dev.migrator.lock.LockType;
import java.time.Duration;

/**
 * A process that migrates and ends: arguments are the URL, the location, and how often a lost connection is replaced, and
 * perhaps the type of the lock and how long a lease of it is good.
 */
public final class MigrateMain {

    private MigrateMain() {}

    public static void main(String[] args) {
        migrator(args[0], args[1])
                .connectionRetry(Integer.parseInt(args[2]), Duration.ofMillis(100))
                .lockType(args.length > 3 ? LockType.valueOf(args[3]) : LockType.AUTO)
                .lockLease(args.length > 4 ? Duration.parse(args[4]) : Duration.ofSeconds(20))
                .build()
                .migrate()
                .orThrow();
    }

    public static MigratorBuilder migrator(String url, String location) {
        return Migrator.builder().connection(url, null, null).locations(location);
    }
}
