package dev.migrator.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/**
 * A machine far away that can vanish: a network namespace with one cable to this machine, which is then pulled. Packets
 * are dropped in both directions and nobody is told. Needs root on Linux.
 */
public final class VanishingNetwork implements AutoCloseable {

    /** Both ends. */
    public static final String NETWORK = "10.213.77.0/24";

    private static final String NEAR = "10.213.77.1";
    private static final String FAR = "10.213.77.2";

    private final String name;
    private final String cable;

    private VanishingNetwork(String name, String cable) {
        this.name = name;
        this.cable = cable;
    }

    public static VanishingNetwork create() {
        long pid = ProcessHandle.current().pid() % 100_000;
        VanishingNetwork network = new VanishingNetwork("far" + pid, "cable" + pid);
        network.ip("netns", "add", network.name);
        network.ip("link", "add", network.cable, "type", "veth", "peer", "name", "eth0", "netns", network.name);
        network.ip("addr", "add", NEAR + "/24", "dev", network.cable);
        network.ip("link", "set", network.cable, "up");
        network.ip("-n", network.name, "addr", "add", FAR + "/24", "dev", "eth0");
        network.ip("-n", network.name, "link", "set", "eth0", "up");
        network.ip("-n", network.name, "link", "set", "lo", "up");
        return network;
    }

    /** This machine, as seen from there. */
    public String serverAddress() {
        return NEAR;
    }

    /** What makes a command run there. */
    public String[] prefix() {
        return new String[] {"ip", "netns", "exec", name};
    }

    /** From there nothing arrives any more, and nothing gets there; this machine's own address stays. */
    public void vanish() {
        ip("-n", name, "link", "set", "eth0", "down");
        // without this the near end would notice that the cable is pulled
        ip("link", "set", cable, "arp", "off");
    }

    private void ip(String... arguments) {
        try {
            Process process = new ProcessBuilder()
                    .command(Stream.concat(Stream.of("ip"), List.of(arguments).stream())
                            .toList())
                    .redirectErrorStream(true)
                    .start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException("ip " + String.join(" ", arguments) + ": " + said);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        ip("link", "del", cable);
        ip("netns", "del", name);
    }
}
