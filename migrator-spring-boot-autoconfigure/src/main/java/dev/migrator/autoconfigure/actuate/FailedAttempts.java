package dev.migrator.autoconfigure.actuate;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Counts wrong keys by the host that they come from. After some of them no key is looked at for a while, not even the
 * right one: whoever guesses learns nothing in that time. Safe for any number of threads; keeps a bounded number of
 * hosts.
 */
final class FailedAttempts {

    static final int ALLOWED = 5;
    static final Duration WINDOW = Duration.ofMinutes(1);

    private static final int HOSTS = 1_000;
    private static final int LONGEST = 100;
    private static final Pattern WITH_PORT = Pattern.compile("([\\d.]+):\\d+|\\[([^\\[\\]]*)](?::\\d+)?");
    private static final int NETWORK_BYTES = 8;

    private final LongSupplier nanoTime;
    private final Map<String, Attempts> byHost = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Attempts> eldest) {
            return size() > HOSTS;
        }
    };

    private record Attempts(long since, int count) {}

    /** @param nanoTime as {@link System#nanoTime()} */
    FailedAttempts(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    synchronized boolean areTooMany(String address) {
        Attempts attempts = byHost.get(host(address));
        return attempts != null && attempts.count >= ALLOWED && !isOver(attempts);
    }

    synchronized void add(String address) {
        String host = host(address);
        Attempts before = byHost.remove(host);
        byHost.put(
                host,
                before == null || isOver(before)
                        ? new Attempts(nanoTime.getAsLong(), 1)
                        : new Attempts(before.since, before.count + 1));
    }

    private boolean isOver(Attempts attempts) {
        return nanoTime.getAsLong() - attempts.since > WINDOW.toNanos();
    }

    /**
     * What one asker can't change at will: some proxies add the port of the connection, and whoever has one address of
     * IPv6 has the whole network of 64 bits around it.
     */
    private static String host(String address) {
        String bounded = address.length() > LONGEST ? address.substring(0, LONGEST) : address;
        Matcher withPort = WITH_PORT.matcher(bounded);
        String alone = !withPort.matches()
                ? bounded
                : Objects.requireNonNullElse(withPort.group(1), String.valueOf(withPort.group(2)));
        if (alone.indexOf(':') < 0) {
            return alone;
        }
        try {
            // in brackets it is never a name that somebody would have to be asked for
            InetAddress literal = InetAddress.getByName("[" + alone + "]");
            return literal instanceof Inet6Address
                    ? HexFormat.of().formatHex(literal.getAddress(), 0, NETWORK_BYTES)
                    : literal.getHostAddress();
        } catch (UnknownHostException e) {
            return alone;
        }
    }
}
