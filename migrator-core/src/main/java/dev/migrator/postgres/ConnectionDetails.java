package dev.migrator.postgres;

import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where the database is, and as whom. {@link #toString()} never shows a secret; {@link #place()} is what people see.
 *
 * @param url a JDBC URL of the PostgreSQL driver
 * @param properties further driver properties, for example of the application's pool
 */
public record ConnectionDetails(
        String url, @Nullable String username, @Nullable String password, Map<String, String> properties) {

    public ConnectionDetails {
        properties = Map.copyOf(properties);
    }

    public static ConnectionDetails of(String url, @Nullable String username, @Nullable String password) {
        return new ConnectionDetails(url, username, password, Map.of());
    }

    /** Whether the user has set this driver property, in whatever way. */
    boolean has(String property) {
        int question = url.indexOf('?');
        return properties.keySet().stream().anyMatch(property::equalsIgnoreCase)
                || question >= 0
                        && Stream.of(url.substring(question + 1).split("&"))
                                .anyMatch(parameter ->
                                        parameter.regionMatches(true, 0, property + "=", 0, property.length() + 1));
    }

    /** How many servers the URL names: of a primary and its standbys any may be the primary. */
    int hosts() {
        String place = place();
        int slash = place.indexOf('/');
        return (int) (slash < 0 ? place : place.substring(0, slash))
                        .chars()
                        .filter(c -> c == ',')
                        .count()
                + 1;
    }

    /** The same with only that one of its servers. */
    ConnectionDetails onlyAt(String host, int port) {
        String place = place();
        int slash = place.indexOf('/');
        if (hosts() == 1 || slash < 0) {
            return this;
        }
        boolean bare = host.indexOf(':') >= 0 && !host.startsWith("[");
        String only = (bare ? "[" + host + "]" : host) + ":" + port;
        return new ConnectionDetails(
                url.replace("//" + place.substring(0, slash), "//" + only), username, password, properties);
    }

    /** Host, port and database, without credentials and parameters. */
    public String place() {
        String rest = url.startsWith("jdbc:") ? url.substring(5) : url;
        int end = rest.length();
        for (char stop : new char[] {'?', ';', '&', ' '}) {
            int at = rest.indexOf(stop);
            end = at < 0 ? end : Math.min(end, at);
        }
        String place = rest.substring(0, end);
        int user = place.lastIndexOf('@');
        int slashes = place.indexOf("//");
        return slashes >= 0 ? place.substring(Math.max(slashes + 2, user + 1)) : place.substring(user + 1);
    }

    @Override
    public String toString() {
        return "ConnectionDetails[" + place() + ", username=" + username + "]";
    }
}
