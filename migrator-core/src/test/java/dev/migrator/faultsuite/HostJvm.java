package dev.migrator.faultsuite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.faultsuite.Host.Order;
import dev.migrator.testkit.ChildJvm;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A {@link Host} in a process of its own. */
final class HostJvm implements AutoCloseable {

    static final Duration LIMIT = Duration.ofSeconds(300);

    private static final Pattern APPLIED = Pattern.compile("applied (\\d+)");

    private final ChildJvm jvm =
            ChildJvm.of(Host.class).jvmArgs("-Xshare:auto", "-XX:+UseSerialGC").start();

    /** Its JVM runs and has nothing to do yet. */
    HostJvm awaitReady() {
        jvm.awaitOutput("ready", LIMIT);
        return this;
    }

    void begin(Order order) {
        jvm.send(order.line());
    }

    void awaitStarted(Order order) {
        jvm.awaitOutput(order.started(), LIMIT);
    }

    /** False when the time passes before the end. */
    boolean endsWithin(Order order, Duration limit) {
        try {
            jvm.awaitOutput(order.over(), limit);
            return true;
        } catch (AssertionError e) {
            return false;
        }
    }

    /** How many migrations its instances have applied; fails where one of them has failed. */
    int awaitApplied(Order order) {
        jvm.awaitOutput(order.over(), LIMIT);
        String output = jvm.output();
        String ended = output.substring(output.lastIndexOf(order.ended()));
        assertThat(ended).as("%s", ended).startsWith(order.endedWell());
        Matcher applied = APPLIED.matcher(ended);
        assertThat(applied.find()).isTrue();
        return Integer.parseInt(applied.group(1));
    }

    void kill() {
        jvm.kill();
    }

    @Override
    public void close() {
        jvm.close();
    }
}
