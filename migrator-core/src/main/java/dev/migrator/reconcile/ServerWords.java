package dev.migrator.reconcile;

import dev.migrator.history.SnapshotTable.Stored;
import dev.migrator.postgres.Message;
import dev.migrator.postgres.Session;
import dev.migrator.schema.CatalogReader;
import dev.migrator.schema.Difference;
import dev.migrator.schema.ObjectKind;
import dev.migrator.schema.SchemaDiff;
import dev.migrator.schema.SchemaObject;
import dev.migrator.schema.SchemaSnapshot;
import dev.migrator.schema.StableWords;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Compares what another release of the server may have written. From 16 on it writes a view of one table without the
 * table's name before each column: so the live server is given the older text to read, and says it in its own words. And
 * with it come extensions of other versions.
 */
final class ServerWords {

    private static final int MAJOR = 10_000;
    private static final String DEFINITION = "definition";
    private static final String VERSION = "version";

    private ServerWords() {}

    /** @param schemas those that are compared */
    static SchemaDiff compare(Session session, Stored stored, SchemaSnapshot live, List<String> schemas)
            throws SQLException {
        SchemaSnapshot before = SchemaSnapshot.parse(stored.text()).within(schemas);
        SchemaDiff diff = SchemaDiff.between(before, live);
        if (stored.serverVersion() / MAJOR == session.serverVersion() / MAJOR) {
            return diff;
        }
        List<SchemaObject> translated = new ArrayList<>(before.objects());
        for (Difference difference : diff.differences()) {
            SchemaObject old = difference.before();
            if (old != null && difference.facts().contains(DEFINITION) && isView(old)) {
                translated.remove(old);
                translated.add(inLiveWords(session, old));
            } else if (old != null && difference.facts().contains(VERSION) && old.kind() == ObjectKind.EXTENSION) {
                translated.remove(old);
                translated.add(with(old, VERSION, difference.object().need(VERSION)));
            }
        }
        return SchemaDiff.between(new SchemaSnapshot(translated), live);
    }

    private static boolean isView(SchemaObject object) {
        return object.kind() == ObjectKind.VIEW || object.kind() == ObjectKind.MATERIALIZED_VIEW;
    }

    /** As it is if the live server can't read it any more: then it has changed anyway. */
    private static SchemaObject inLiveWords(Session session, SchemaObject view) throws SQLException {
        Message message = new Message();
        message.add("BEGIN");
        CatalogReader.addSettings(message);
        message.add("CREATE TEMP VIEW migrator_words AS " + view.need(DEFINITION));
        try {
            if (!session.send(message).isComplete()) {
                return view;
            }
            String words = session.queryOne(
                    "SELECT pg_catalog.rtrim(pg_catalog.pg_get_viewdef('pg_temp.migrator_words'::pg_catalog.regclass), ';')",
                    row -> row.getString(1));
            return with(view, DEFINITION, StableWords.of(words));
        } finally {
            if (!session.isLost() && session.inTransaction()) {
                session.execute("ROLLBACK");
            }
        }
    }

    private static SchemaObject with(SchemaObject object, String fact, String value) {
        Map<String, String> facts = new LinkedHashMap<>(object.facts());
        facts.put(fact, value);
        return new SchemaObject(object.kind(), object.name(), facts, object.created());
    }
}
