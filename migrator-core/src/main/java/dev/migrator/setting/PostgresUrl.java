package dev.migrator.setting;

import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The address of a database as platforms write it, {@code postgres://user:password@host/db?sslmode=require}, or as JDBC
 * does. A text that can't be read is never repeated: it may hold a password.
 */
public record PostgresUrl(
        String jdbcUrl, @Nullable String username, @Nullable String password) {

    private static final String JDBC = "jdbc:";
    private static final String JDBC_WITHOUT_HOST = "jdbc:postgresql:";
    private static final List<String> SCHEMES = List.of("postgres://", "postgresql://");
    private static final Pattern HOSTS = Pattern.compile(
            "(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._-]+)(:\\d{1,5})?(,(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._-]+)(:\\d{1,5})?)*");

    /** What libpq calls a parameter, where the JDBC driver has another name for it. */
    private static final Map<String, String> DRIVER_NAMES = Map.of(
            "connect_timeout", "connectTimeout",
            "application_name", "ApplicationName",
            "channel_binding", "channelBinding",
            "target_session_attrs", "targetServerType",
            "schema", "currentSchema");

    /** What libpq says of {@code target_session_attrs}, in the driver's words. */
    private static final Map<String, String> SERVER_TYPES = Map.of(
            "read-write", "primary",
            "read-only", "secondary",
            "standby", "secondary",
            "prefer-standby", "preferSecondary");

    /** @param setting the variable or property that holds the text: what a refusal names */
    public static PostgresUrl parse(String text, String setting) {
        String url = text.strip();
        boolean asJdbc = url.startsWith(JDBC);
        if (asJdbc && url.startsWith(JDBC_WITHOUT_HOST) && !url.startsWith(JDBC_WITHOUT_HOST + "/")) {
            return new PostgresUrl(url, null, null);
        }
        String rest = asJdbc ? url.substring(JDBC.length()) : url;
        String scheme = SCHEMES.stream()
                .filter(rest::startsWith)
                .findFirst()
                .orElseThrow(() -> invalid(setting, "is not an address of a PostgreSQL database"));
        String address = rest.substring(scheme.length());
        int authorityEnd = firstOf(address, "/?#");
        int pathEnd = authorityEnd + firstOf(address.substring(authorityEnd), "?");
        if (address.substring(authorityEnd, pathEnd).indexOf('@') >= 0) {
            throw invalid(setting, "has a user or password with a character that must be percent-encoded, such as /");
        }
        String authority = address.substring(0, authorityEnd);
        int at = authority.lastIndexOf('@');
        return asJdbc && at < 0
                ? new PostgresUrl(url, null, null)
                : of(authority.substring(at + 1), address.substring(authorityEnd), userInfo(authority, at), setting);
    }

    private static PostgresUrl of(String hosts, String pathAndQuery, String userInfo, String setting) {
        if (!HOSTS.matcher(hosts).matches()) {
            throw invalid(setting, "names no host, or one that can't be read");
        }
        int question = pathAndQuery.indexOf('?');
        String path = question < 0 ? pathAndQuery : pathAndQuery.substring(0, question);
        if (path.length() < 2 || path.indexOf('#') >= 0 || path.indexOf('/', 1) > 0) {
            throw invalid(setting, "names no database after the host");
        }
        String query = question < 0 ? "" : driverParameters(pathAndQuery.substring(question + 1));
        int colon = userInfo.indexOf(':');
        String user = colon < 0 ? userInfo : userInfo.substring(0, colon);
        return new PostgresUrl(
                "jdbc:postgresql://" + hosts + path + query,
                user.isEmpty() ? null : decoded(user, setting),
                colon < 0 ? null : decoded(userInfo.substring(colon + 1), setting));
    }

    private static String userInfo(String authority, int at) {
        return at < 0 ? "" : authority.substring(0, at);
    }

    private static String driverParameters(String query) {
        List<String> parameters = new ArrayList<>();
        for (String parameter : query.split("&")) {
            int equals = parameter.indexOf('=');
            String name = equals < 0 ? parameter : parameter.substring(0, equals);
            String value = equals < 0 ? "" : parameter.substring(equals + 1);
            parameters.add(DRIVER_NAMES.getOrDefault(name, name)
                    + (equals < 0 ? "" : "=")
                    + (name.equals("target_session_attrs") ? SERVER_TYPES.getOrDefault(value, value) : value));
        }
        return query.isEmpty() ? "" : "?" + String.join("&", parameters);
    }

    private static String decoded(String text, String setting) {
        try {
            // a plus sign is a plus sign here, not a space as in a form
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw invalid(setting, "has a user or password with a percent sign that encodes nothing");
        }
    }

    private static int firstOf(String text, String stops) {
        for (int i = 0; i < text.length(); i++) {
            if (stops.indexOf(text.charAt(i)) >= 0) {
                return i;
            }
        }
        return text.length();
    }

    private static MigratorException invalid(String setting, String what) {
        return new MigratorException(Problem.error(
                ProblemCode.INVALID_SETTING,
                setting,
                "It " + what + " (its text is not shown: it may hold a password).",
                "Write it as postgres://user:password@host:5432/database or jdbc:postgresql://host:5432/database."));
    }

    /** Without the password, and without the parameters, which may hold one. */
    @Override
    public String toString() {
        int question = jdbcUrl.indexOf('?');
        return "PostgresUrl[" + (question < 0 ? jdbcUrl : jdbcUrl.substring(0, question)) + ", username=" + username
                + "]";
    }
}
