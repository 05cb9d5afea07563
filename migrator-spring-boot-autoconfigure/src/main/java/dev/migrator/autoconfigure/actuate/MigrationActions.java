package dev.migrator.autoconfigure.actuate;

import dev.migrator.MigrateOptions;
import dev.migrator.MigrationStatus;
import dev.migrator.Migrator;
import dev.migrator.StatusDocument;
import dev.migrator.amend.Amendment;
import dev.migrator.autoconfigure.ActivitySnapshot.Phase;
import dev.migrator.autoconfigure.MigrationActivity;
import dev.migrator.autoconfigure.drift.DriftCheck;
import dev.migrator.autoconfigure.drift.DriftLook;
import dev.migrator.execute.RunReport;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.SafeText;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the endpoint can be asked to do. Nothing is done before the access is checked. */
final class MigrationActions {

    private static final Logger log = LoggerFactory.getLogger(MigrationActions.class);

    private static final String RUN = "run";
    private static final String DRIFT = "drift";
    private static final String ACCEPT = "accept";
    private static final Set<String> OF_ONE = Set.of(RUN, "skip", "reset", ACCEPT);

    /** As they stand in a path. */
    static final List<String> KNOWN = List.of(
            RUN,
            "run/NAME",
            "skip/NAME",
            "reset/NAME",
            "accept/NAME",
            "pause/NAME",
            "resume/NAME",
            "cancel/NAME",
            "retry-failures/NAME",
            DRIFT,
            "drift/accept");

    private final Migrator migrator;
    private final MigrationActivity activity;
    private final ActionRuns runs;
    private final ActionAccess access;
    private final DriftCheck drift;
    private final MendedSchema schema;

    MigrationActions(
            Migrator migrator,
            MigrationActivity activity,
            ActionRuns runs,
            ActionAccess access,
            DriftCheck drift,
            MendedSchema schema) {
        this.migrator = migrator;
        this.activity = activity;
        this.runs = runs;
        this.access = access;
        this.drift = drift;
        this.schema = schema;
    }

    /** @param name the whole name of a migration; it is only ever compared with the known ones */
    ActionAnswer act(String action, @Nullable String name, ActionRequest request) {
        ActionAnswer refusal = access.refusal(request);
        if (refusal != null) {
            return refusal;
        }
        try {
            return name == null ? actOnAll(action, request) : actOnOne(action, name, request);
        } catch (MigratorException e) {
            return ActionAnswer.of(e);
        }
    }

    private ActionAnswer actOnAll(String action, ActionRequest request) {
        if (action.equals(DRIFT)) {
            ActionParameters.of(request, List.of());
            return isBusy()
                    ? busy()
                    : new ActionAnswer(ActionAnswer.OK, drift.check().document());
        } else if (!action.equals(RUN)) {
            return unknown(action);
        }
        ActionParameters parameters =
                ActionParameters.of(request, List.of(ActionParameters.DRY_RUN, ActionParameters.REASON));
        return run(null, parameters, access.operator(request));
    }

    private ActionAnswer actOnOne(String action, String name, ActionRequest request) {
        if (action.equals(DRIFT) && name.equals(ACCEPT)) {
            return acceptDrift(request);
        } else if (BatchActions.NAMES.contains(action)) {
            return actOnBatch(action, name, request);
        } else if (!OF_ONE.contains(action)) {
            return unknown(action);
        }
        if (action.equals(RUN)) {
            ActionParameters parameters = ActionParameters.of(
                    request, List.of(ActionParameters.DRY_RUN, ActionParameters.CONFIRM, ActionParameters.REASON));
            return runOne(name, parameters, access.operator(request));
        }
        ActionParameters parameters = ActionParameters.of(request, List.of(ActionParameters.REASON));
        return isBusy() ? busy() : amend(action, name, parameters.reason(), access.operator(request));
    }

    private ActionAnswer acceptDrift(ActionRequest request) {
        ActionParameters parameters = ActionParameters.of(request, List.of(ActionParameters.REASON));
        if (isBusy()) {
            return busy();
        }
        String operator = access.operator(request);
        DriftLook look = drift.accept(operator, parameters.reason());
        log.info("The schema as it is was accepted by {}", operator);
        return new ActionAnswer(ActionAnswer.OK, look.document());
    }

    private ActionAnswer actOnBatch(String action, String name, ActionRequest request) {
        String reason =
                ActionParameters.of(request, List.of(ActionParameters.REASON)).reason();
        String operator = access.operator(request);
        if (!action.equals(BatchActions.RETRY)) {
            return new BatchActions(migrator, operator).want(action, name, reason);
        }
        if (isBusy()) {
            return busy();
        }
        find(name);
        ActionRun retry = new ActionRun(action, name, operator, Clock.systemUTC());
        return begin(
                retry,
                run -> run.ended(migrator.onBehalfOf(operator, run).batches().retryFailures(name, reason)));
    }

    private ActionAnswer runOne(String name, ActionParameters parameters, String operator) {
        if (isBusy() && !parameters.isDryRun()) {
            return busy();
        }
        MigrationStatus migration = find(name);
        if (migration.manual() && !parameters.isDryRun() && !name.equals(parameters.text(ActionParameters.CONFIRM))) {
            return ActionAnswer.refused(
                    ActionAnswer.BAD_REQUEST,
                    name,
                    "It is manual, so it needs a confirmation.",
                    "Add confirm=" + name + " to the query if it is meant.");
        }
        return run(name, parameters, operator);
    }

    private ActionAnswer run(@Nullable String only, ActionParameters parameters, String operator) {
        MigrateOptions options = only == null ? MigrateOptions.ALL : MigrateOptions.only(only);
        if (parameters.isDryRun()) {
            return new ActionAnswer(ActionAnswer.OK, StatusDocument.of(migrator.dryRun(options)));
        }
        MigrateOptions asked = options.because(parameters.reason());
        return begin(new ActionRun(RUN, only, operator, Clock.systemUTC()), run -> {
            RunReport report = migrator.onBehalfOf(operator, run).migrate(asked);
            if (run.isOfAll() && report.isSuccess()) {
                schema.ranAll(report);
            } else if (report.isSuccess()) {
                schema.lookAgain();
            }
            run.ended(report);
        });
    }

    private ActionAnswer begin(ActionRun run, Consumer<ActionRun> work) {
        if (isBusy() || !runs.begin(run, work)) {
            return busy();
        }
        log.info("{} was asked for: {}", run, run.id());
        return new ActionAnswer(ActionAnswer.ACCEPTED, run.document());
    }

    private ActionAnswer amend(String action, String name, String reason, String operator) {
        String known = find(name).name();
        Amendment amendment = switch (action) {
            case "skip" -> new Amendment.Skip(known, reason);
            case "reset" -> new Amendment.Reset(known, reason);
            case ACCEPT -> new Amendment.Accept(known, reason);
            default -> throw new IllegalArgumentException(action);
        };
        migrator.onBehalfOf(operator, event -> {}).amend(amendment);
        log.info("{} of {} was asked for by {}", action, known, operator);
        schema.lookAgain();
        return ActionAnswer.done(known, action, operator, reason);
    }

    private MigrationStatus find(String name) {
        return migrator.status().migrations().stream()
                .filter(migration -> migration.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new MigratorException(
                        List.of(Problem.error(
                                ProblemCode.UNKNOWN_NAME,
                                SafeText.line(name),
                                "There is no migration of this name.",
                                "Take the whole name from the endpoint's list.")),
                        null));
    }

    private boolean isBusy() {
        return activity.snapshot().phase() == Phase.RUNNING || runs.current().isPresent();
    }

    private ActionAnswer busy() {
        String id = runs.current().map(ActionRun::id).orElse(null);
        return ActionAnswer.refused(
                ActionAnswer.CONFLICT,
                "run",
                "Another run goes on in this process.",
                id == null ? "Look at the endpoint until it has ended." : "Follow it at runs/" + id + ".");
    }

    private static ActionAnswer unknown(String action) {
        return ActionAnswer.refused(
                ActionAnswer.NOT_FOUND,
                SafeText.line(action),
                "There is no such action.",
                "Known are: " + String.join(", ", KNOWN) + ".");
    }
}
