package dev.migrator.execute;

import dev.migrator.postgres.Message;
import dev.migrator.postgres.Sql;
import java.util.LinkedHashMap;
import java.util.Map;

/** Time-outs for one statement that runs alone; afterwards the session has again what the file had set. */
final class SessionTimeouts {

    private final Map<String, Long> values = new LinkedHashMap<>();

    SessionTimeouts set(String setting, long millis) {
        values.put(setting, millis);
        return this;
    }

    Message begin() {
        Message message = new Message();
        values.forEach((setting, millis) -> {
            message.add(copy("migrator." + setting, setting));
            message.add("SET " + setting + " = " + millis);
        });
        return message;
    }

    Message end() {
        Message message = new Message();
        values.keySet().forEach(setting -> message.add(copy(setting, "migrator." + setting)));
        return message;
    }

    private static String copy(String to, String from) {
        return "SELECT pg_catalog.set_config(" + Sql.literal(to) + ", pg_catalog.current_setting(" + Sql.literal(from)
                + "), false)";
    }
}
