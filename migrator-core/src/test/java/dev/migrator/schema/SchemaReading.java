package dev.migrator.schema;

import dev.migrator.history.TableNames;
import dev.migrator.postgres.ConnectionDetails;
import dev.migrator.postgres.Connector;
import dev.migrator.postgres.Session;
import dev.migrator.postgres.SessionSettings;
import dev.migrator.testkit.TestDatabase;
import java.sql.SQLException;
import java.util.List;

/** Reads snapshots of test databases. */
public final class SchemaReading {

    private SchemaReading() {}

    public static SnapshotScope scope(String... schemas) {
        return new SnapshotScope(
                List.of(schemas), "public", new TableNames("public", "schema_migrations").all(), false);
    }

    public static Session open(TestDatabase database) throws SQLException {
        return new Connector(ConnectionDetails.of(database.jdbcUrl(), null, null), SessionSettings.defaults()).open();
    }

    public static SchemaSnapshot read(TestDatabase database, SnapshotScope scope) {
        try (Session session = open(database)) {
            return CatalogReader.read(session, scope);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    public static SchemaSnapshot read(TestDatabase database, String... schemas) {
        return read(database, scope(schemas));
    }
}
