package dev.migrator.faultsuite;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/** Many rounds of one fault; each is judged by what the database holds afterwards, whatever the processes have said. */
final class Trial {

    /** One: the full number of rounds. */
    private static final double SCALE = Double.parseDouble(System.getProperty("migrator.faults.scale", "0.02"));

    private final String place;
    private final String fault;
    private final int rounds;
    private final SplittableRandom random;
    private final List<String> findings = new ArrayList<>();
    private final List<Duration> recoveries = new ArrayList<>();
    private int survived;
    private int once;
    private int whole;
    private int free;

    private Trial(String place, String fault, int rounds) {
        this.place = place;
        this.fault = fault;
        this.rounds = rounds;
        long seed = Long.getLong("migrator.faults.seed", System.nanoTime());
        this.random = new SplittableRandom(seed);
        System.out.printf(Locale.ROOT, "%s: %d rounds, -Dmigrator.faults.seed=%d%n", fault, rounds, seed);
    }

    /**
     * @param place where it stands in the table
     * @param full how many rounds the suite has in full size
     */
    static Trial of(String place, String fault, int full) {
        return new Trial(place, fault, (int) Math.max(1, Math.round(full * SCALE)));
    }

    static boolean isFullSize() {
        return SCALE >= 1;
    }

    SplittableRandom random() {
        return random;
    }

    /** A moment somewhere within that time. */
    Duration momentWithin(Duration time) {
        return Duration.ofNanos(random.nextLong(Math.max(1, time.toNanos())));
    }

    /** One round. */
    @FunctionalInterface
    interface Round {

        /** Strikes, lets it recover without a hand, and says how long that took. */
        Duration strike(int number) throws Exception;
    }

    /** What the database holds after the round. */
    @FunctionalInterface
    interface Look {
        Facts facts();
    }

    void run(Round round, Look look) {
        for (int i = 1; i <= rounds; i++) {
            try {
                recoveries.add(round.strike(i));
                survived++;
            } catch (Exception | AssertionError e) {
                findings.add("round " + i + ": " + e);
            }
            judge(i, look);
            // after each round: what was found must not go with a JVM that is stopped
            FaultTable.add(place, row(i));
        }
        assertThat(findings).as("%s, %d rounds", fault, rounds).isEmpty();
    }

    private void judge(int round, Look look) {
        try {
            Facts facts = look.facts();
            once += facts.twice().isEmpty() ? 1 : 0;
            whole += facts.missing().isEmpty() ? 1 : 0;
            free += facts.left().isEmpty() ? 1 : 0;
            if (!facts.isClean()) {
                findings.add("round " + round + ": " + facts);
            }
        } catch (RuntimeException e) {
            findings.add("round " + round + ", nobody can look: " + e);
        }
    }

    private String row(int done) {
        List<Duration> sorted = recoveries.stream().sorted().toList();
        String times = sorted.isEmpty()
                ? "-"
                : String.format(
                        Locale.ROOT,
                        "%.1f s, %.1f s",
                        sorted.get(sorted.size() / 2).toMillis() / 1000.0,
                        sorted.get(sorted.size() - 1).toMillis() / 1000.0);
        return String.format(
                Locale.ROOT, "| %s | %d | %d | %d | %d | %d | %s |", fault, done, survived, once, whole, free, times);
    }
}
