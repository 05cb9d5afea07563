package dev.migrator.alone;

import dev.migrator.postgres.Message;
import dev.migrator.postgres.Sql;
import dev.migrator.sql.SqlStatement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Time-outs for one statement that runs alone; afterwards the session has again what the file had set. */
public final class SessionTimeouts {

    /** What sets each of them. */
    private final Map<String, String> statements = new LinkedHashMap<>();

    private SessionTimeouts() {}

    /**
     * @param index for concurrent index work, which must not be cut short by waiting for a lock
     * @param lockTimeout the statement that sets it for any other one
     * @param statementTimeout for any other one; null leaves it what the session has
     */
    public static SessionTimeouts of(
            SqlStatement statement, AloneRun.Limit index, String lockTimeout, @Nullable Duration statementTimeout) {
        SessionTimeouts timeouts = new SessionTimeouts();
        boolean waits = AloneRun.waitsForLocks(statement);
        timeouts.statements.put("lock_timeout", waits ? "SET lock_timeout = 0" : lockTimeout);
        Duration limit = waits ? index.time() : statementTimeout;
        if (limit != null) {
            timeouts.statements.put("statement_timeout", "SET statement_timeout = " + limit.toMillis());
        }
        return timeouts;
    }

    public Message begin() {
        Message message = new Message();
        statements.forEach((setting, statement) -> {
            message.add(copy("migrator." + setting, setting));
            message.add(statement);
        });
        return message;
    }

    public Message end() {
        Message message = new Message();
        statements.keySet().forEach(setting -> message.add(copy(setting, "migrator." + setting)));
        return message;
    }

    private static String copy(String to, String from) {
        return "SELECT pg_catalog.set_config(" + Sql.literal(to) + ", pg_catalog.current_setting(" + Sql.literal(from)
                + "), false)";
    }
}
