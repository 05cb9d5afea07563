package dev.migrator.data;

import dev.migrator.postgres.Session;
import dev.migrator.sql.SqlScript;
import dev.migrator.sql.SqlStatement;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The run's connection as code of a user sees it. The transaction is not the user's to end: its commit is the record of
 * the migration too. Closing does nothing, because whoever borrows a connection closes it; what would end the transaction
 * is refused, also as a text of SQL. Once the migration's call is over, the connection answers that it is closed.
 */
final class GuardedConnection implements InvocationHandler {

    /** The SQLSTATE of PostgreSQL for ending a transaction where that is not allowed. */
    static final String INVALID_TERMINATION = "2D000";

    private static final Pattern MAY_END_TRANSACTION =
            Pattern.compile("(?i)\\b(?:commit|rollback|abort|end|begin|start|prepare)\\b");

    private final Session session;
    private final Connection connection;
    private final Connection guarded;
    private boolean open = true;

    private GuardedConnection(Session session) {
        this.session = session;
        this.connection = session.connection();
        this.guarded = proxy(Connection.class, this);
    }

    static GuardedConnection of(Session session) {
        return new GuardedConnection(session);
    }

    Connection connection() {
        return guarded;
    }

    /** Nothing that the code has kept of it, for another thread or a later call, reaches the session any more. */
    void end() {
        open = false;
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        Object first = arguments == null || arguments.length == 0 ? null : arguments[0];
        switch (method.getName()) {
            case "close" -> {
                return null;
            }
            case "isClosed" -> {
                return !open || connection.isClosed();
            }
            case "commit", "abort", "setNetworkTimeout" -> throw refused(method.getName() + "()");
            case "rollback" -> {
                if (first == null) {
                    throw refused("rollback()");
                }
            }
            case "setAutoCommit" -> {
                if (Boolean.TRUE.equals(first)) {
                    throw refused("setAutoCommit(true)");
                }
                return null;
            }
            case "equals" -> {
                return proxy == first;
            }
            case "hashCode" -> {
                return System.identityHashCode(proxy);
            }
            default -> {}
        }
        Object result = call(connection, method, arguments);
        return result instanceof Statement statement ? guard(statement) : result;
    }

    private @Nullable Object call(Object target, Method method, Object @Nullable [] arguments) throws Throwable {
        if (!open) {
            throw new SQLException(
                    "The migration is over, and its connection is not at its disposal any more.", "08003");
        }
        if (arguments != null && arguments.length > 0 && arguments[0] instanceof String sql && takesSql(method)) {
            refuseTransactionControl(sql);
        }
        session.countActivity();
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
    }

    private static boolean takesSql(Method method) {
        String name = method.getName();
        return name.startsWith("prepare") || name.startsWith("execute") || name.equals("addBatch");
    }

    /** A statement leads back to the guarded connection, and its texts are looked at too. */
    private Statement guard(Statement statement) {
        InvocationHandler handler = (proxy, method, arguments) -> switch (method.getName()) {
            case "getConnection" -> guarded;
            case "equals" -> proxy == (arguments == null ? null : arguments[0]);
            case "hashCode" -> System.identityHashCode(proxy);
            default -> call(statement, method, arguments);
        };
        if (statement instanceof CallableStatement) {
            return proxy(CallableStatement.class, handler);
        }
        return statement instanceof PreparedStatement
                ? proxy(PreparedStatement.class, handler)
                : proxy(Statement.class, handler);
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(
                Proxy.newProxyInstance(GuardedConnection.class.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private static void refuseTransactionControl(String sql) throws SQLException {
        if (!MAY_END_TRANSACTION.matcher(sql).find()) {
            return;
        }
        for (SqlStatement statement : SqlScript.parse(sql).statements()) {
            if (statement.kind().controlsTransaction()) {
                throw refused(statement.kind().name().replace('_', ' '));
            }
        }
    }

    private static SQLException refused(String what) {
        return new SQLException(
                "A data migration may not call " + what + ": its transaction and its record are committed together when"
                        + " it returns. Use savepoints within it, or a BatchMigration for several transactions.",
                INVALID_TERMINATION);
    }
}
