package dev.migrator.postgres;

import java.io.IOException;
import java.io.Reader;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.NativeQuery;
import org.postgresql.core.Query;
import org.postgresql.core.QueryExecutor;
import org.postgresql.core.SqlCommand;
import org.postgresql.core.SqlCommandType;
import org.postgresql.util.HostSpec;

/**
 * One physical connection in autocommit. It holds the lock and does all the work of a run, so that both die together.
 *
 * <p>Not thread-safe, except {@link #cancel()} and {@link #abort()}, which another thread calls to stop what runs.
 */
public final class Session implements AutoCloseable {

    private static final int SEND_FLAGS = QueryExecutor.QUERY_EXECUTE_AS_SIMPLE
            | QueryExecutor.QUERY_NO_RESULTS
            | QueryExecutor.QUERY_SUPPRESS_BEGIN
            | QueryExecutor.QUERY_ONESHOT;

    private final Connection connection;
    private final BaseConnection driver;
    private final SessionSettings settings;
    private final boolean bare;
    private volatile long activity;

    /** @param bare whether it was opened without start-up options, as a pooler wants it */
    Session(Connection connection, SessionSettings settings, boolean bare) throws SQLException {
        this.connection = connection;
        this.driver = connection.unwrap(BaseConnection.class);
        this.settings = settings;
        this.bare = bare;
    }

    /** What a row becomes. */
    @FunctionalInterface
    public interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    public SessionSettings settings() {
        return settings;
    }

    /** The server process that this connection was given at its start; behind a pooler it is not the one that works. */
    public int backendPid() {
        return driver.getBackendPID();
    }

    /** Of the servers that the details name, the one at which this session is. */
    ConnectionDetails at(ConnectionDetails details) {
        HostSpec host = driver.getQueryExecutor().getHostSpec();
        return details.onlyAt(host.getHost(), host.getPort());
    }

    /**
     * Whether a pooler stands in between, so that each message may be answered by another server process.
     *
     * @param workingPid the process that has answered
     */
    public boolean isPooled(int workingPid) {
        return bare || workingPid != backendPid();
    }

    /** Grows with everything that is sent: what those who wait take for progress. From any thread. */
    public long activity() {
        return activity;
    }

    /** For what is answered at once: without an answer for so long, the connection counts as lost. Zero lifts the limit. */
    public void limitAnswers(Duration limit) throws SQLException {
        connection.setNetworkTimeout(Runnable::run, (int) limit.toMillis());
    }

    /** Whether a backslash in a plain literal is one; our own literals rely on it. The server has said it at the start. */
    public boolean hasStandardStrings() {
        return driver.getStandardConformingStrings();
    }

    /** For example 180006 for 18.6. Costs nothing: the server says it when the connection opens. */
    public int serverVersion() throws SQLException {
        return driver.getQueryExecutor().getServerVersionNum();
    }

    /** What the server said of itself that the driver can't read and closes the session for; null if all is well. */
    public @Nullable String unreadable() {
        String encoding = driver.getParameterStatus("client_encoding");
        if (encoding != null && !encoding.equalsIgnoreCase("UTF8")) {
            return "client_encoding to " + encoding;
        }
        String dates = driver.getParameterStatus("DateStyle");
        return dates != null && !dates.startsWith("ISO") ? "DateStyle to " + dates : null;
    }

    /** Whether a BEGIN of ours is still open, by what the server said last. */
    public boolean inTransaction() {
        return driver.getTransactionState() != org.postgresql.core.TransactionState.IDLE;
    }

    /** Whether a statement of the open transaction has failed, so that nothing but a rollback is left. */
    public boolean inFailedTransaction() {
        return driver.getTransactionState() == org.postgresql.core.TransactionState.FAILED;
    }

    /**
     * From here on JDBC code works within the transaction that a {@link Message} has begun. The driver must know of it:
     * in autocommit it refuses savepoints and reads every result at once, whatever the fetch size.
     */
    public void letJdbcJoin() throws SQLException {
        connection.setAutoCommit(false);
    }

    /** The end of {@link #letJdbcJoin()}: whatever transaction is still open is rolled back. */
    public void endJoin() throws SQLException {
        if (isLost()) {
            return;
        }
        if (inTransaction()) {
            execute("ROLLBACK");
        }
        connection.setAutoCommit(true);
    }

    /**
     * Sends the message in one round trip. Rows are dropped as they arrive, so a script may select millions of them.
     * Never throws for what the server refuses: the answer says how far it came, and why it stopped.
     */
    public Answer send(Message message) {
        MessageHandler handler = new MessageHandler();
        countActivity();
        try {
            QueryExecutor executor = driver.getQueryExecutor();
            executor.execute(unparsed(executor, message.text()), null, handler, 0, 0, SEND_FLAGS);
            return handler.answer(null, isLost());
        } catch (SQLException e) {
            return handler.answer(e, isLost());
        }
    }

    /** The driver has closed the connection, because the server did or because nothing can be read from it any more. */
    public boolean isLost() {
        return driver.getQueryExecutor().isClosed();
    }

    /** The driver's own parser would look for parameters and statements in the text; ours must arrive untouched. */
    private static Query unparsed(QueryExecutor executor, String text) {
        return executor.wrap(List.of(new NativeQuery(text, SqlCommand.createStatementTypeInfo(SqlCommandType.BLANK))));
    }

    /** Sends one statement and throws what the server refuses. */
    public void execute(String statement) throws SQLException {
        send(Message.of(statement)).orThrow();
    }

    public <T> List<T> query(String sql, RowReader<T> reader, @Nullable Object... arguments) throws SQLException {
        countActivity();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < arguments.length; i++) {
                statement.setObject(i + 1, arguments[i]);
            }
            try (ResultSet rows = statement.executeQuery()) {
                List<T> read = new ArrayList<>();
                while (rows.next()) {
                    read.add(reader.read(rows));
                }
                return read;
            }
        }
    }

    /** For those who use {@link #connection()}: whoever waits for a lease sees that its holder gets on. A lost count does no harm. */
    @SuppressWarnings("NonAtomicOperationOnVolatileField")
    public void countActivity() {
        activity++;
    }

    public <T> T queryOne(String sql, RowReader<T> reader, @Nullable Object... arguments) throws SQLException {
        return query(sql, reader, arguments).get(0);
    }

    /** Streams rows into {@code COPY … FROM STDIN}; returns how many arrived. */
    public long copyIn(String copyStatement, Reader rows) throws SQLException, IOException {
        return driver.getCopyAPI().copyIn(copyStatement, rows);
    }

    /** Asks the server to stop the running statement; it answers the waiting thread with 57014. From any thread. */
    public void cancel() throws SQLException {
        connection.unwrap(PGConnection.class).cancelQuery();
    }

    /** Cuts the connection without a word: for a server that does not answer any more. From any thread. */
    public void abort() throws SQLException {
        connection.abort(Runnable::run);
    }

    /** The same connection for code that speaks JDBC. */
    public Connection connection() {
        return connection;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
