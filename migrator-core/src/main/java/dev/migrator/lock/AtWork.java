package dev.migrator.lock;

/** Whether a session gets on with its statement, however long that takes. */
final class AtWork {

    /**
     * Of {@code a}, a row of {@code pg_stat_activity}; null where the server hides it from this role. What waits for
     * another session, for its own client or for a standby may wait for ever: that is no work.
     */
    static final String CONDITION = """

            a.state = 'active'
            AND COALESCE(a.wait_event_type NOT IN ('Lock', 'BufferPin', 'Client') AND a.wait_event <> 'SyncRep', true)
            """;

    private AtWork() {}
}
