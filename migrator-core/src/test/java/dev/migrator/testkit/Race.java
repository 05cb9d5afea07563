package dev.migrator.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Starts contenders at the same moment, each on a thread of its own, and waits for all. One failure does not hide
 * another: all are thrown together.
 */
public final class Race {

    private static final Duration DEFAULT_LIMIT = Duration.ofSeconds(60);

    private final List<Throwable> failures = new ArrayList<>();
    private final Duration limit;

    private Race(Duration limit) {
        this.limit = limit;
    }

    /** The same task, {@code times} times; results in order of the contenders. */
    public static <T> List<T> run(int times, Callable<T> task) {
        return run(Collections.nCopies(times, task));
    }

    public static <T> List<T> run(List<Callable<T>> tasks) {
        return run(DEFAULT_LIMIT, tasks);
    }

    /** Contenders that have not arrived after the limit are interrupted and count as failed. */
    public static <T> List<T> run(Duration limit, List<Callable<T>> tasks) {
        return new Race(limit).start(tasks);
    }

    private <T> List<T> start(List<Callable<T>> tasks) {
        ExecutorService threads = Executors.newFixedThreadPool(tasks.size(), Race::daemon);
        try {
            CyclicBarrier line = new CyclicBarrier(tasks.size());
            List<Future<T>> running = tasks.stream()
                    .map(task -> threads.submit(() -> {
                        line.await();
                        return task.call();
                    }))
                    .toList();
            List<T> results = finish(running);
            throwFailures(tasks.size());
            return results;
        } finally {
            threads.shutdownNow();
        }
    }

    private <T> List<T> finish(List<Future<T>> running) {
        long deadline = System.nanoTime() + limit.toNanos();
        List<T> results = new ArrayList<>();
        for (Future<T> contender : running) {
            try {
                results.add(contender.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS));
            } catch (ExecutionException e) {
                failures.add(e.getCause());
            } catch (TimeoutException e) {
                failures.add(new TimeoutException("Contender " + running.indexOf(contender) + " runs after " + limit));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("Interrupted during a race", e);
            }
        }
        return results;
    }

    private void throwFailures(int contenders) {
        if (!failures.isEmpty()) {
            AssertionError all = new AssertionError(
                    failures.size() + " of " + contenders + " contenders failed, the first with " + failures.get(0));
            failures.forEach(all::addSuppressed);
            throw all;
        }
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "race");
        thread.setDaemon(true);
        return thread;
    }
}
