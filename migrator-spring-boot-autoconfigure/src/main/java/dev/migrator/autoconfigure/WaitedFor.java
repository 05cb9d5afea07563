package dev.migrator.autoconfigure;

import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * Work on a thread of its own, for which the thread that creates the context waits without limit. On a termination signal
 * Spring closes a context that is still being created only if its thread waits like that; one that migrates, or sleeps
 * until the lock is free, would hold up the end of the process until its work is done.
 */
record WaitedFor(Runnable work) {

    void run() {
        FutureTask<Void> task = new FutureTask<>(work, null);
        Thread thread = new Thread(task, "migrator-early");
        thread.setDaemon(true);
        thread.start();
        try {
            task.get();
        } catch (ExecutionException e) {
            throw rethrown(e.getCause());
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
            throw interrupted(e);
        }
    }

    private static RuntimeException rethrown(@Nullable Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        return failure instanceof RuntimeException known ? known : new IllegalStateException(failure);
    }

    private static MigratorException interrupted(InterruptedException e) {
        return new MigratorException(
                Problem.error(
                        ProblemCode.INTERRUPTED,
                        "migration run",
                        "The start was interrupted while the migrations ran.",
                        "Start again: what was applied is recorded, the rest is done then."),
                e);
    }
}
