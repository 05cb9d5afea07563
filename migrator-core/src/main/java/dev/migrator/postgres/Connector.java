package dev.migrator.postgres;

import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.postgresql.PGProperty;

/**
 * Opens the dedicated session. It is never taken from the application's pool: it must outlive the pool's limits, a pool
 * of one must work, and nothing that it sets may reach the application.
 */
public final class Connector {

    /** In seconds: a machine that is gone is noticed in half a minute, not in two hours, on either side. */
    static final int KEEP_ALIVE_IDLE = 15;

    static final int KEEP_ALIVE_INTERVAL = 5;
    static final int KEEP_ALIVE_COUNT = 3;

    /** As long as keep-alive takes: for a server whose answer nobody acknowledges. */
    private static final int UNACKNOWLEDGED_MS = 1000 * (KEEP_ALIVE_IDLE + KEEP_ALIVE_INTERVAL * KEEP_ALIVE_COUNT);

    /**
     * A session that has nothing to do for so long is that of a client that is gone, or frozen, behind something that
     * answers in its place (a proxy, a sidecar). Ours never pauses for longer than half of that.
     */
    private static final int IDLE_SESSION_MS = 60_000;

    private static final int CANCEL_SIGNAL_SECONDS = 2;

    /** The driver's own. */
    private static final int ANSWER_ABOUT_ENCRYPTION_MS = 5000;

    /** The first version of PostgreSQL that has it; what it is called there is refused by those before. */
    static final int KNOWS_TRANSACTION_TIMEOUT = 170000;

    private static final String UNKNOWN_SETTING = "42704";
    private static final String INVALID_PARAMETER_VALUE = "22023";
    private static final String PROTOCOL_VIOLATION = "08P01";

    /** Driver properties that the protocol of a run depends on; whatever the URL says of them is left out. */
    private static final Set<String> OURS = Set.of(
            "options",
            "preferquerymode",
            "preparethreshold",
            "applicationname",
            "autosave",
            "readonly",
            "sockettimeout",
            "cancelsignaltimeout",
            "tcpkeepalive",
            "assumeminserverversion",
            "rewritebatchedinserts",
            "allowencodingchanges");

    private final ConnectionDetails details;
    private final SessionSettings settings;

    /** What the server or the pooler before it takes; learnt from its first refusal. */
    private volatile Startup startup;

    /** Whether the server has said that it is one that limits transactions; older ones refuse to hear of it. */
    private volatile boolean limitsTransactions;

    /** What is asked for when the connection opens. */
    private enum Startup {
        ALL,
        /** Not that the server watches its client: not every platform can. */
        UNWATCHED,
        /** No options at all: a pooler refuses them. */
        NONE
    }

    public Connector(ConnectionDetails details, SessionSettings settings) {
        this(details, settings, settings.pooled() ? Startup.NONE : Startup.ALL, false);
    }

    private Connector(
            ConnectionDetails details, SessionSettings settings, Startup startup, boolean limitsTransactions) {
        this.details = details;
        this.settings = settings;
        this.startup = startup;
        this.limitsTransactions = limitsTransactions;
    }

    /** The same, less patient; it knows already what the server takes. */
    public Connector withConnectTimeout(Duration limit) {
        Duration atLeast = limit.compareTo(Duration.ofSeconds(1)) < 0 ? Duration.ofSeconds(1) : limit;
        return new Connector(details, settings.withConnectTimeout(atLeast), startup, limitsTransactions);
    }

    /** The same, to the server at which that session is and to no other. */
    public Connector towards(Session session) {
        return new Connector(session.at(details), settings, startup, limitsTransactions);
    }

    public ConnectionDetails details() {
        return details;
    }

    public SessionSettings settings() {
        return settings;
    }

    /** A new physical connection, in autocommit. Fails with the driver's exception: see {@link ConnectionTrouble}. */
    public Session open() throws SQLException {
        refuseCredentialsBeforeHost();
        while (true) {
            Startup tried = startup;
            try {
                Session session = open(tried);
                limitsTransactions = session.serverVersion() >= KNOWS_TRANSACTION_TIMEOUT;
                return session;
            } catch (SQLException e) {
                if (limitsTransactions && UNKNOWN_SETTING.equals(e.getSQLState())) {
                    // an older server has taken the place of the one before
                    limitsTransactions = false;
                } else {
                    startup = afterRefusal(tried, e);
                }
            }
        }
    }

    /** A platform that can't watch its clients refuses that setting, a pooler refuses all options. */
    private static Startup afterRefusal(Startup tried, SQLException e) throws SQLException {
        if (tried == Startup.ALL && INVALID_PARAMETER_VALUE.equals(e.getSQLState())) {
            return Startup.UNWATCHED;
        }
        boolean options = PROTOCOL_VIOLATION.equals(e.getSQLState())
                && String.valueOf(e.getMessage()).contains("options");
        if (tried != Startup.NONE && options) {
            return Startup.NONE;
        }
        throw e;
    }

    /** The driver takes them for a port and writes them, secret and all, into its own log. */
    private void refuseCredentialsBeforeHost() {
        String url = details.url();
        int question = url.indexOf('?');
        int at = url.indexOf('@');
        if (url.startsWith("jdbc:") && at >= 0 && (question < 0 || at < question)) {
            throw new MigratorException(Problem.error(
                    ProblemCode.CONNECTION,
                    details.place(),
                    "The URL has credentials before its host, where the driver does not look for them.",
                    "Set migrator.username and migrator.password, or write ?user=…&password=… at the end of the URL."));
        }
    }

    private Session open(Startup asked) throws SQLException {
        Properties properties = new Properties();
        details.properties().forEach((key, value) -> {
            if (!OURS.contains(key.toLowerCase(Locale.ROOT))) {
                properties.setProperty(key, value);
            }
        });
        if (details.username() != null) {
            PGProperty.USER.set(properties, details.username());
        }
        if (details.password() != null) {
            PGProperty.PASSWORD.set(properties, details.password());
        }
        PGProperty.APPLICATION_NAME.set(properties, settings.applicationName());
        setPatience(properties, (int) settings.connectTimeout().toSeconds());
        // the request to cancel is sent again and again: one that gets no answer must not hold up those after it
        PGProperty.CANCEL_SIGNAL_TIMEOUT.set(properties, CANCEL_SIGNAL_SECONDS);
        PGProperty.TCP_KEEP_ALIVE.set(properties, true);
        if (!details.has(PGProperty.SOCKET_FACTORY.getName())) {
            PGProperty.SOCKET_FACTORY.set(properties, WatchfulSockets.class.getName());
        }
        // a script goes as one message, our own parameterised queries as unnamed statements: works behind a pooler too
        PGProperty.PREFER_QUERY_MODE.set(properties, "extendedForPrepared");
        PGProperty.PREPARE_THRESHOLD.set(properties, 0);
        // spares a round trip after connecting
        PGProperty.ASSUME_MIN_SERVER_VERSION.set(properties, "14");
        if (asked != Startup.NONE) {
            PGProperty.OPTIONS.set(properties, startupOptions(asked == Startup.ALL));
        }
        Connection connection = DriverManager.getConnection(withoutOurs(details.url()), properties);
        try {
            connection.setAutoCommit(true);
            Session session = new Session(connection, settings, asked == Startup.NONE);
            session.limitAnswers(Duration.ZERO);
            return session;
        } catch (SQLException | RuntimeException e) {
            closeAfter(connection, e);
            throw e;
        }
    }

    /**
     * A server that accepts and then says nothing is given up too; each of several has its own time. Of several only the
     * primary will do, and who that is must be asked anew each time: what the driver remembers is from before a failover.
     */
    private void setPatience(Properties properties, int seconds) {
        PGProperty.CONNECT_TIMEOUT.set(properties, seconds);
        PGProperty.SOCKET_TIMEOUT.set(properties, seconds);
        PGProperty.LOGIN_TIMEOUT.set(properties, seconds);
        if (details.hosts() > 1) {
            int encryption = Math.min(1000 * seconds, ANSWER_ABOUT_ENCRYPTION_MS);
            PGProperty.SSL_RESPONSE_TIMEOUT.set(properties, encryption);
            PGProperty.GSS_RESPONSE_TIMEOUT.set(properties, encryption);
            // a silent one is asked with and without encryption
            PGProperty.LOGIN_TIMEOUT.set(properties, seconds * 2 * details.hosts());
            if (!details.has(PGProperty.TARGET_SERVER_TYPE.getName())) {
                PGProperty.TARGET_SERVER_TYPE.set(properties, "primary");
            }
            PGProperty.HOST_RECHECK_SECONDS.set(properties, 0);
        }
    }

    /** As start-up options they are what RESET ALL goes back to, and they cost no message. */
    private String startupOptions(boolean watchClient) {
        List<String> options = new ArrayList<>();
        option(options, "lock_timeout", settings.lockTimeout().toMillis());
        option(options, "statement_timeout", settings.statementTimeout().toMillis());
        option(options, "idle_in_transaction_session_timeout", 0);
        option(options, "idle_session_timeout", IDLE_SESSION_MS);
        if (limitsTransactions) {
            option(options, "transaction_timeout", 0);
        }
        option(options, "standard_conforming_strings", "on");
        option(options, "tcp_keepalives_idle", KEEP_ALIVE_IDLE);
        option(options, "tcp_keepalives_interval", KEEP_ALIVE_INTERVAL);
        option(options, "tcp_keepalives_count", KEEP_ALIVE_COUNT);
        option(options, "tcp_user_timeout", UNACKNOWLEDGED_MS);
        if (watchClient) {
            option(options, "client_connection_check_interval", 1000);
        }
        String own = ownOptions();
        return String.join(" ", options) + (own.isEmpty() ? "" : " " + own);
    }

    private static void option(List<String> options, String name, Object value) {
        options.add("-c " + name + "=" + value);
    }

    /** What the user's URL or properties say in {@code options} is kept; the server lets the later one win. */
    private String ownOptions() {
        for (Map.Entry<String, String> property : details.properties().entrySet()) {
            if (property.getKey().equalsIgnoreCase("options")) {
                return property.getValue();
            }
        }
        for (String parameter : parameters(details.url())) {
            if (parameter.regionMatches(true, 0, "options=", 0, 8)) {
                return java.net.URLDecoder.decode(parameter.substring(8), java.nio.charset.StandardCharsets.UTF_8);
            }
        }
        return "";
    }

    private static String withoutOurs(String url) {
        int question = url.indexOf('?');
        if (question < 0) {
            return url;
        }
        List<String> kept = new ArrayList<>();
        for (String parameter : parameters(url)) {
            int equals = parameter.indexOf('=');
            String key = equals < 0 ? parameter : parameter.substring(0, equals);
            if (!OURS.contains(key.toLowerCase(Locale.ROOT))) {
                kept.add(parameter);
            }
        }
        return url.substring(0, question) + (kept.isEmpty() ? "" : "?" + String.join("&", kept));
    }

    private static List<String> parameters(String url) {
        int question = url.indexOf('?');
        return question < 0 ? List.of() : List.of(url.substring(question + 1).split("&"));
    }

    private static void closeAfter(Connection connection, Exception first) {
        try {
            connection.close();
        } catch (SQLException e) {
            first.addSuppressed(e);
        }
    }
}
