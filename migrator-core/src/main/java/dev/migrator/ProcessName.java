package dev.migrator;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** How this process is told from others in the history: the machine's name and the process number. */
final class ProcessName {

    private ProcessName() {}

    static String current() {
        return host() + ":" + ProcessHandle.current().pid();
    }

    /** Who sits before this process, as far as it can know. */
    static String operator() {
        return System.getProperty("user.name", "unknown-user") + "@" + host();
    }

    /** Containers and most shells say their host's name in the environment; asking the network may take seconds. */
    private static String host() {
        @Nullable String fromEnvironment = System.getenv("HOSTNAME");
        if (fromEnvironment != null && !fromEnvironment.isBlank()) {
            return fromEnvironment;
        }
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "unknown-host";
        }
    }
}
