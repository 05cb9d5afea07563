package dev.migrator.testkit;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * What the engine must not leave behind: a session of its own, an advisory lock of anybody. A closed connection lives on
 * for a moment in the server, therefore it looks again until a deadline. Sessions that the test itself opened are the
 * test's affair: they go when the database is dropped.
 */
final class LeakCheck {

    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final Duration PAUSE = Duration.ofMillis(20);

    private static final String LEAKS = """
            select pid, application_name, state, left(query, 200) as query, 'session' as what
              from pg_stat_activity
             where datname = current_database() and application_name like 'migrator%'
            union all
            select l.pid, a.application_name, a.state, left(a.query, 200),
                   format('advisory lock (%s, %s)', l.classid, l.objid)
              from pg_locks l left join pg_stat_activity a using (pid)
             where l.locktype = 'advisory'
               and l.database = (select oid from pg_database where datname = current_database())
             order by pid, what
            """;

    private final TestDatabase database;

    private LeakCheck(TestDatabase database) {
        this.database = database;
    }

    static LeakCheck of(TestDatabase database) {
        return new LeakCheck(database);
    }

    void verify() {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        List<Map<String, Object>> leaks = database.query(LEAKS);
        while (!leaks.isEmpty() && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(PAUSE.toNanos());
            leaks = database.query(LEAKS);
        }
        if (!leaks.isEmpty()) {
            throw new AssertionError(describe(leaks));
        }
    }

    private static String describe(List<Map<String, Object>> leaks) {
        return leaks.stream().map(LeakCheck::describe).collect(Collectors.joining("\n", "Left behind:\n", ""));
    }

    private static String describe(Map<String, Object> leak) {
        return String.format(
                Locale.ROOT,
                "  %s of pid %s, application_name '%s', state '%s', query: %s",
                leak.get("what"),
                leak.get("pid"),
                leak.get("application_name"),
                leak.get("state"),
                leak.get("query"));
    }
}
