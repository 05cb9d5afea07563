package dev.migrator.faultsuite;

import dev.migrator.Migrator;
import dev.migrator.event.MigrationEvent;
import dev.migrator.execute.RunReport;
import dev.migrator.faults.MigrateMain;
import dev.migrator.lock.LockType;
import dev.migrator.testkit.Race;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

/**
 * A process that migrates when it is told to, with several instances at once, each with everything of its own. A line on
 * its input is an order, see {@link Order}; it answers with {@code started N} when the first instance begins with its
 * migrations, with {@code ended N …} and with {@code over N}.
 */
final class Host {

    /** As an application has them by default. */
    static final int RETRIES = 3;

    static final Duration RETRY_DELAY = Duration.ofSeconds(5);

    private Host() {}

    /**
     * @param number tells this order's answers from others
     * @param instances how many start at once
     * @param lease of the lease lock, in milliseconds
     */
    record Order(int number, int instances, LockType lock, int lease, String location, String url) {

        String line() {
            return number + " " + instances + " " + lock + " " + lease + " " + location + " " + url;
        }

        static Order of(String line) {
            String[] words = line.split(" ", 6);
            return new Order(
                    Integer.parseInt(words[0]),
                    Integer.parseInt(words[1]),
                    LockType.valueOf(words[2]),
                    Integer.parseInt(words[3]),
                    words[4],
                    words[5]);
        }

        String started() {
            return "started " + number + ".";
        }

        String endedWell() {
            return "ended " + number + " well";
        }

        String ended() {
            return "ended " + number + " ";
        }

        /** The last line: what comes before it is whole. */
        String over() {
            return "over " + number + ".";
        }
    }

    public static void main(String[] args) throws IOException {
        System.out.println("ready");
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = orders.readLine(); line != null; line = orders.readLine()) {
            follow(Order.of(line));
        }
    }

    private static void follow(Order order) {
        List<Callable<RunReport>> instances = new ArrayList<>();
        for (int i = 0; i < order.instances(); i++) {
            Migrator migrator = MigrateMain.migrator(order.url(), order.location())
                    .connectionRetry(RETRIES, RETRY_DELAY)
                    .lockType(order.lock())
                    .lockLease(Duration.ofMillis(order.lease()))
                    .lockWait(Duration.ofSeconds(60))
                    .listener(event -> tell(event, order))
                    .build();
            instances.add(() -> migrator.migrate().orThrow());
        }
        try {
            List<RunReport> reports = Race.run(Duration.ofMinutes(5), instances);
            int applied = reports.stream().mapToInt(RunReport::applied).sum();
            System.out.printf(Locale.ROOT, "%s, applied %d%n", order.endedWell(), applied);
        } catch (AssertionError e) {
            System.out.println(order.ended() + "badly: " + e);
            e.printStackTrace(System.out);
        }
        System.out.println(order.over());
    }

    private static void tell(MigrationEvent event, Order order) {
        if (event instanceof MigrationEvent.RunStarted) {
            System.out.println(order.started());
        }
    }
}
