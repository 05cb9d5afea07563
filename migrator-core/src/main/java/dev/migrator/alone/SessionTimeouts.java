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

    private final Map<String, Long> values = new LinkedHashMap<>();

    /**
     * @param index for concurrent index work, which must not be cut short by waiting for a lock
     * @param others for any other statement; null leaves it what the session has
     */
    public static SessionTimeouts of(SqlStatement statement, AloneRun.Limit index, @Nullable Duration others) {
        SessionTimeouts timeouts = new SessionTimeouts();
        if (AloneRun.waitsForLocks(statement)) {
            return timeouts.set("lock_timeout", 0)
                    .set("statement_timeout", index.time().toMillis());
        }
        return others == null ? timeouts : timeouts.set("statement_timeout", others.toMillis());
    }

    private SessionTimeouts set(String setting, long millis) {
        values.put(setting, millis);
        return this;
    }

    public Message begin() {
        Message message = new Message();
        values.forEach((setting, millis) -> {
            message.add(copy("migrator." + setting, setting));
            message.add("SET " + setting + " = " + millis);
        });
        return message;
    }

    public Message end() {
        Message message = new Message();
        values.keySet().forEach(setting -> message.add(copy(setting, "migrator." + setting)));
        return message;
    }

    private static String copy(String to, String from) {
        return "SELECT pg_catalog.set_config(" + Sql.literal(to) + ", pg_catalog.current_setting(" + Sql.literal(from)
                + "), false)";
    }
}
