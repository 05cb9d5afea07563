package dev.migrator.cli.deploy;

import dev.migrator.command.ExitCode;
import dev.migrator.command.answer.Console;
import dev.migrator.command.answer.Progress;
import dev.migrator.event.MigrationEvent;
import dev.migrator.migration.MigrationName;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.script.PlannedScript;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Waits for a backend, runs what is pending there through its endpoint, and tells it as {@code migrate} does. */
final class Deployment {

    private static final Duration PAUSE = Duration.ofMillis(500);
    /** A backend that restarts, or others behind the same address that do not know the run. */
    private static final Duration OUT_OF_SIGHT = Duration.ofMinutes(1);

    private static final int ACCEPTED = 202;
    private static final int CONFLICT = 409;
    private static final String RUNNING = "RUNNING";

    private final Backend backend;
    private final Console console;
    private final boolean json;
    private final Progress progress;
    private final long deadline;
    private @Nullable String waitingFor;

    Deployment(Backend backend, Console console, boolean json, Duration wait) {
        this.backend = backend;
        this.console = console;
        this.json = json;
        this.progress = new Progress(console, json);
        this.deadline = System.nanoTime() + wait.toNanos();
    }

    /** @return the exit code */
    int run(boolean dryRun, String reason) {
        long total = awaitBackend();
        Answer plan = asked(backend.post("/migrations/run", "dryRun", "true"));
        if (!plan.isOk()) {
            throw plan.asFailure(backend.address());
        }
        boolean blocked = plan.problems().stream().anyMatch(Problem::isError);
        if (dryRun) {
            return tellPlan(plan, blocked);
        }
        if (blocked) {
            throw plan.asFailure(backend.address());
        } else if (plan.list("migrations").isEmpty()) {
            return tellNothing(plan, total);
        }
        Answer begun = begun(reason);
        if (begun.status() != ACCEPTED) {
            throw begun.asFailure(backend.address());
        }
        return tellEnd(follow("/migrations/runs/" + begun.text("id")));
    }

    /** Ready is who is healthy, and who only lacks its schema. */
    private long awaitBackend() {
        while (true) {
            Answer health = backend.get("/health");
            Answer status = health == null ? null : backend.get("/migrations");
            String state = status == null ? null : status.text("state");
            boolean healthy = health != null && health.isOk();
            if (status != null && state != null && !state.equals(RUNNING)) {
                return status.number("total");
            } else if (healthy && status != null && !status.isOk()) {
                throw status.asFailure(backend.address() + "/migrations");
            }
            waitFor(
                    health == null
                            ? "it does not answer"
                            : RUNNING.equals(state) ? "a run goes on there" : "its health answers " + health.status(),
                    RUNNING.equals(state) ? ProblemCode.LOCK_TIMEOUT : ProblemCode.CONNECTION);
        }
    }

    private Answer begun(String reason) {
        while (true) {
            Answer begun = asked(backend.post("/migrations/run", "reason", reason));
            if (begun.status() != CONFLICT) {
                return begun;
            }
            waitFor("another run goes on there", ProblemCode.LOCK_TIMEOUT);
        }
    }

    private void waitFor(String what, ProblemCode code) {
        if (System.nanoTime() > deadline) {
            throw new MigratorException(Problem.error(
                    code,
                    backend.address(),
                    "It is not ready: " + what + ".",
                    "See that the service runs there, or wait longer with --wait."));
        }
        if (!what.equals(waitingFor)) {
            waitingFor = what;
            console.aside("Waiting for " + backend.address() + ": " + what + ".");
        }
        pause();
    }

    private Answer asked(@Nullable Answer answer) {
        if (answer == null) {
            throw new MigratorException(Problem.error(
                    ProblemCode.CONNECTION,
                    backend.address(),
                    "It did not answer, so it is not known whether it runs what it was asked for.",
                    "Look at its endpoint, then deploy again: what is applied is not run twice."));
        }
        return answer;
    }

    private Answer follow(String path) {
        Set<String> told = new HashSet<>();
        long seen = System.nanoTime();
        boolean begun = false;
        while (true) {
            Answer run = backend.get(path);
            if (run != null && run.isOk()) {
                seen = System.nanoTime();
                begun = tellSteps(run, begun, told);
                if (!RUNNING.equals(run.text("state"))) {
                    return run;
                }
            } else if (System.nanoTime() - seen > OUT_OF_SIGHT.toNanos()) {
                throw new MigratorException(Problem.error(
                        ProblemCode.CONNECTION,
                        backend.address() + path,
                        "The run is out of sight: "
                                + (run == null ? "no answer." : "the answer is " + run.status() + "."),
                        "Look at the endpoint's state, and give the address of one instance: the others do not know"
                                + " the run."));
            }
            pause();
        }
    }

    private boolean tellSteps(Answer run, boolean begun, Set<String> told) {
        List<Answer> steps = run.list("migrations");
        if (!begun && !steps.isEmpty()) {
            progress.on(new MigrationEvent.RunStarted(
                    "", steps.stream().map(Deployment::name).toList()));
        }
        for (Answer step : steps) {
            String state = String.valueOf(step.text("state"));
            if (state.equals("COMPLETED") && told.add(name(step).value())) {
                progress.on(new MigrationEvent.MigrationCompleted(
                        "", name(step), Duration.ofMillis(step.number("durationMs"))));
            }
        }
        return begun || !steps.isEmpty();
    }

    private static MigrationName name(Answer step) {
        return MigrationName.of(String.valueOf(step.text("name")));
    }

    private int tellPlan(Answer plan, boolean blocked) {
        if (json) {
            console.json(plan.document());
        } else {
            console.problems(plan.problems());
            plan.list("migrations")
                    .forEach(script -> console.line(planned(script).text()));
            if (plan.list("migrations").isEmpty()) {
                console.line("Nothing is pending.");
            }
        }
        return blocked ? ExitCode.of(plan.asFailure(backend.address())) : ExitCode.DONE;
    }

    private static PlannedScript planned(Answer script) {
        return new PlannedScript(
                String.valueOf(script.text("name")),
                String.valueOf(script.text("file")),
                String.valueOf(script.text("reason")),
                script.number("statements"),
                script.number("bytes"),
                Boolean.TRUE.equals(script.document().get("transactional")),
                (int) script.number("statementsDone"));
    }

    private int tellNothing(Answer plan, long total) {
        if (json) {
            console.json(plan.document());
        } else {
            console.problems(plan.problems());
            console.line("Nothing is pending.");
            console.line("Applied: 0, Failed: 0, Total: " + total);
        }
        return ExitCode.DONE;
    }

    private int tellEnd(Answer run) {
        progress.on(new MigrationEvent.RunCompleted(
                "", (int) run.number("applied"), (int) run.number("failed"), 0, null, Duration.ZERO));
        boolean success = "COMPLETED".equals(run.text("state"));
        if (json) {
            console.json(run.document());
        } else {
            console.problems(run.problems());
            console.line("Applied: " + run.number("applied") + ", Failed: " + run.number("failed") + ", Total: "
                    + run.number("total"));
        }
        return success ? ExitCode.DONE : ExitCode.of(run.asFailure(backend.address()));
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MigratorException(Problem.error(
                    ProblemCode.INTERRUPTED, "deploy", "It was interrupted.", "Look at the backend's endpoint."));
        }
    }
}
