package dev.migrator.autoconfigure.webhook;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is still to be told to one target: a bounded queue, and a daemon thread that lives as long as something is in it.
 * Whoever adds to it never waits.
 */
final class Outbox {

    private static final Logger log = LoggerFactory.getLogger(Outbox.class);

    private static final int LONGEST_QUEUE = 200;
    private static final int TRIES = 5;

    private record Entry(String id, WebhookMessage message) {}

    private final Target target;
    private final Delivery delivery;
    private final Duration firstPause;
    private final Deque<Entry> queue = new ArrayDeque<>();
    private @Nullable Thread thread;
    /** The moment of {@code nanoTime} from which nothing is tried any more; null while the service lives. */
    private @Nullable Long end;

    private long delivered;
    private long lost;
    private @Nullable String trouble;

    Outbox(Target target, Clock clock, Duration firstPause) {
        this.target = target;
        this.delivery = new Delivery(target, clock);
        this.firstPause = firstPause;
    }

    Target target() {
        return target;
    }

    synchronized void add(WebhookMessage message) {
        if (end != null || queue.size() >= LONGEST_QUEUE) {
            lose("the queue is full or the service stops");
            return;
        }
        queue.add(new Entry(UUID.randomUUID().toString(), message));
        if (thread == null) {
            thread = new Thread(this::work, "migrator-webhook");
            thread.setDaemon(true);
            thread.start();
        }
        notifyAll();
    }

    /** From now on each message that is left gets one last try; pauses are cut short. */
    synchronized void endAt(long nanoTime) {
        end = nanoTime;
        notifyAll();
    }

    /** Waits for the end; then it is over. */
    void close() throws InterruptedException {
        Thread working = working();
        if (working != null) {
            working.join(left().toMillis());
            // what hangs then ends with it; a daemon holds nobody up
            working.interrupt();
        }
    }

    private synchronized @Nullable Thread working() {
        return thread;
    }

    /** For people and scripts. */
    synchronized Map<String, Object> document() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("target", target.name());
        document.put("delivered", delivered);
        document.put("queued", queue.size());
        document.put("lost", lost);
        if (trouble != null) {
            document.put("trouble", trouble);
        }
        return document;
    }

    private void work() {
        try {
            for (Entry entry = next(); entry != null; entry = next()) {
                deliver(entry);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            over();
        }
    }

    /** The first of the queue; null when it is empty, and then the thread ends. */
    private synchronized @Nullable Entry next() {
        Entry entry = queue.peek();
        if (entry == null) {
            thread = null;
        }
        return entry;
    }

    private synchronized void over() {
        if (Thread.currentThread().equals(thread)) {
            thread = null;
        }
    }

    private void deliver(Entry entry) throws InterruptedException {
        Duration pause = firstPause;
        for (int attempt = 1; ; attempt++) {
            Delivery.Outcome outcome = delivery.send(entry.id(), entry.message(), left());
            if (outcome.taken()) {
                taken();
                return;
            }
            if (!outcome.mayTryAgain() || attempt >= TRIES || isEnding()) {
                giveUp(outcome.reason(), attempt);
                return;
            }
            remember(outcome.reason());
            pause(pause);
            pause = pause.multipliedBy(3);
        }
    }

    private synchronized Duration left() {
        Long until = end;
        Duration left = until == null ? Duration.ofDays(1) : Duration.ofNanos(until - System.nanoTime());
        return left.compareTo(Duration.ofMillis(1)) < 0 ? Duration.ofMillis(1) : left;
    }

    private synchronized boolean isEnding() {
        return end != null;
    }

    /** Shorter when the service stops meanwhile. */
    private synchronized void pause(Duration pause) throws InterruptedException {
        long until = System.nanoTime() + pause.toNanos();
        for (long left = until - System.nanoTime(); left > 0 && end == null; left = until - System.nanoTime()) {
            wait(Math.max(1, left / 1_000_000));
        }
    }

    private synchronized void taken() {
        queue.remove();
        delivered++;
        if (trouble != null) {
            trouble = null;
            log.info("{} takes messages again", target);
        }
    }

    private synchronized void remember(String reason) {
        trouble = reason;
    }

    private synchronized void giveUp(String reason, int attempts) {
        Entry entry = queue.remove();
        lost++;
        trouble = reason;
        log.warn(
                "{} was not told of {}: {}, after {} tries",
                target,
                entry.message().event().text(),
                reason,
                attempts);
    }

    private void lose(String reason) {
        lost++;
        if (!reason.equals(trouble)) {
            trouble = reason;
            log.warn("{} is not told any more: {}", target, reason);
        }
    }
}
