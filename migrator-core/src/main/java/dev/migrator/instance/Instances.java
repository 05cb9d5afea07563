package dev.migrator.instance;

import dev.migrator.history.TableNames;
import dev.migrator.postgres.ConnectionTrouble;
import dev.migrator.postgres.Connector;
import dev.migrator.postgres.Session;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The registry of the service's processes, in the database that they share: each says now and then that it is alive, so
 * that a post-deploy migration can wait for the end of the older ones. A call opens one connection and closes it; a
 * database that is silent for as long as connecting may take counts as away: a start waits for it.
 */
public final class Instances {

    private final Connector connector;
    private final TableNames names;
    private final String instance;
    private final String version;
    private final long createdAt = System.nanoTime();

    /** Where the tables are, once it is known. */
    private volatile @Nullable InstanceTable known;

    public Instances(Connector connector, TableNames names, String instance, String version) {
        this.connector = connector;
        this.names = names;
        this.instance = instance;
        this.version = version;
    }

    /**
     * Says that this process is alive, and will be taken for alive for so long. The table is created when it is missing.
     *
     * @param postDeploy the post-deploy migrations that its release has
     */
    public void heartbeat(Set<String> postDeploy, Duration lifetime) {
        Duration uptime = Duration.ofNanos(System.nanoTime() - createdAt);
        Registration registration = new Registration(instance, version, postDeploy, uptime, lifetime);
        with((session, table) -> {
            table.register(session, registration);
            return registration;
        });
    }

    /** Says that this process ends: nobody has to wait until it is forgotten. */
    public void leave() {
        with((session, table) -> {
            table.leave(session, instance);
            return instance;
        });
    }

    /** Those that are alive, the oldest first; none where none has ever registered. */
    public List<Instance> alive() {
        return with((session, table) -> alive(session, table));
    }

    private static List<Instance> alive(Session session, InstanceTable table) throws SQLException {
        return table.exists(session) ? table.alive(session) : List.of();
    }

    /** Those alive whose release does not have all of these migrations. */
    public List<Instance> olderThan(Set<String> postDeploy) {
        return with((session, table) -> olderThan(session, postDeploy));
    }

    /** The same through a session that is open already. */
    public List<Instance> olderThan(Session session, Set<String> postDeploy) throws SQLException {
        return alive(session, table(session)).stream()
                .filter(each -> each.isOlderThan(postDeploy))
                .toList();
    }

    /**
     * How old the registry is, where the database is older: before that, releases may have begun that never registered.
     * Null where the registry saw the database's first migration, or where there is none.
     */
    public @Nullable Duration ageInOlderDatabase() {
        List<Duration> age =
                with((session, table) -> table.exists(session) ? table.ageInOlderDatabase(session) : List.of());
        return age.isEmpty() ? null : age.get(0);
    }

    private interface Use<T> {
        T of(Session session, InstanceTable table) throws SQLException;
    }

    private <T> T with(Use<T> use) {
        try (Session session = connector.open()) {
            session.limitAnswers(connector.settings().connectTimeout());
            return use.of(session, table(session));
        } catch (SQLException e) {
            throw ConnectionTrouble.explain(e, connector.details());
        }
    }

    private InstanceTable table(Session session) throws SQLException {
        InstanceTable found = known;
        if (found == null) {
            String schema = names.schema() != null
                    ? names.schema()
                    : session.queryOne("SELECT pg_catalog.current_schema()", row -> row.getString(1));
            found = new InstanceTable(names.in(String.valueOf(schema)));
            known = found;
        }
        return found;
    }
}
