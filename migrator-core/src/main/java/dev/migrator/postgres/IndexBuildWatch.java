package dev.migrator.postgres;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells how far a concurrent index build is and whom it waits for, through a connection of its own that it opens only when
 * the build takes its time. It only looks; without a second connection nothing else changes.
 */
public final class IndexBuildWatch implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(IndexBuildWatch.class);

    private static final Duration BEFORE_THE_FIRST_LOOK = Duration.ofSeconds(1);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** Opening a connection, and two questions. */
    private static final Duration ENDING = PATIENCE.multipliedBy(4);

    private static final String PROGRESS = """
            SELECT p.phase,
                   CASE WHEN p.blocks_total > 0 THEN p.blocks_done ELSE p.tuples_done END   AS done,
                   CASE WHEN p.blocks_total > 0 THEN p.blocks_total ELSE p.tuples_total END AS total,
                   COALESCE(p.current_locker_pid, 0) <> 0                                   AS waits
              FROM pg_catalog.pg_stat_progress_create_index p
             WHERE p.pid = ?""";

    private final Connector connector;
    private final int pid;
    private final Consumer<IndexProgress> told;
    private final Lookout lookout;

    /** @param told is called on a thread of the watch, whenever something has changed */
    public IndexBuildWatch(Connector connector, int pid, Consumer<IndexProgress> told) {
        this.connector = connector.withConnectTimeout(PATIENCE);
        this.pid = pid;
        this.told = told;
        this.lookout = Lookout.start("migrator-index-build", this::watch);
    }

    private void watch(Lookout self) throws InterruptedException {
        for (Duration pause = BEFORE_THE_FIRST_LOOK; self.pause(pause); pause = PATIENCE) {
            lookAsLongAsItGoes(self);
        }
    }

    /** Returns when it is over, or when nothing can be seen for now. */
    private void lookAsLongAsItGoes(Lookout self) throws InterruptedException {
        try (Session session = connector.open()) {
            session.limitAnswers(PATIENCE);
            look(self, session);
        } catch (SQLException e) {
            log.debug("How far the index build is can't be seen now", e);
        }
    }

    private void look(Lookout self, Session session) throws SQLException, InterruptedException {
        IndexProgress before = null;
        do {
            IndexProgress now = progress(session);
            if (now != null && !now.equals(before)) {
                before = now;
                told.accept(now);
            }
        } while (self.pause(BETWEEN_LOOKS));
    }

    private record Row(String phase, long done, long total, boolean waits) {}

    private @Nullable IndexProgress progress(Session session) throws SQLException {
        List<Row> rows = session.query(
                PROGRESS,
                row -> new Row(
                        String.valueOf(row.getString("phase")),
                        row.getLong("done"),
                        row.getLong("total"),
                        row.getBoolean("waits")),
                pid);
        if (rows.isEmpty()) {
            List<Blocker> blockers = Blockers.of(session, pid);
            return blockers.isEmpty() ? null : new IndexProgress("waiting for other sessions", 0, 0, who(blockers));
        }
        Row row = rows.get(0);
        List<Blocker> blockers = row.waits() ? Blockers.of(session, pid) : List.of();
        return new IndexProgress(row.phase(), row.done(), row.total(), who(blockers));
    }

    private static List<String> who(List<Blocker> blockers) {
        return blockers.stream().map(Blocker::who).toList();
    }

    /** The build has ended; nothing is told afterwards. */
    @Override
    public void close() {
        lookout.end(ENDING);
    }
}
