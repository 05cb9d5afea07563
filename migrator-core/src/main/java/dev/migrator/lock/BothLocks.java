package dev.migrator.lock;

import dev.migrator.postgres.Session;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Two locks as one, for who must be alone. The first is tried first: while another one has it, the second stays free for
 * others.
 */
record BothLocks(MigrationLock first, MigrationLock second) implements MigrationLock {

    @Override
    public Optional<HeldLock> tryAcquire(Session session) throws SQLException {
        Optional<HeldLock> one = first.tryAcquire(session);
        if (one.isEmpty()) {
            return Optional.empty();
        }
        Optional<HeldLock> other;
        try {
            other = second.tryAcquire(session);
        } catch (SQLException e) {
            UnderLock.giveBack(one.get(), e);
            throw e;
        }
        if (other.isEmpty()) {
            one.get().close();
            return Optional.empty();
        }
        return Optional.of(new Held(one.get(), other.get()));
    }

    @Override
    public Optional<LockHolder> holder(Session session) throws SQLException {
        Optional<LockHolder> holder = first.holder(session);
        return holder.isPresent() ? holder : second.holder(session);
    }

    @Override
    public void showWaiting(Session session, boolean waiting) throws SQLException {
        second.showWaiting(session, waiting);
    }

    @Override
    public List<LockWaiter> waiters(Session session) throws SQLException {
        return Stream.concat(first.waiters(session).stream(), second.waiters(session).stream())
                .toList();
    }

    /** Both are ours. */
    record Held(HeldLock first, HeldLock second) implements HeldLock {

        @Override
        public boolean isHeld() throws SQLException {
            return first.isHeld() && second.isHeld();
        }

        @Override
        public @Nullable String guard() {
            String one = first.guard();
            String other = second.guard();
            return one == null || other == null ? null : "SELECT (" + one + "), (" + other + ")";
        }

        @Override
        public List<String> tidy(boolean mayHoldOthers) {
            return Stream.concat(first.tidy(mayHoldOthers).stream(), second.tidy(mayHoldOthers).stream())
                    .toList();
        }

        @Override
        @SuppressWarnings("try") // they are there to be closed: also the other one, when the one fails
        public void close() throws SQLException {
            try (HeldLock one = first;
                    HeldLock other = second) {
                // nothing is done under them any more
            }
        }
    }
}
