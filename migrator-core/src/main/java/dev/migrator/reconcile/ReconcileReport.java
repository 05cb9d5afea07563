package dev.migrator.reconcile;

import dev.migrator.expected.AdditivePlan;
import dev.migrator.expected.AdditiveStep;
import dev.migrator.expected.ByHand;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.Problems;
import dev.migrator.schema.Ddl;
import dev.migrator.schema.ObjectKind;
import dev.migrator.schema.SchemaObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a look at the expected schema found and did.
 *
 * @param done what was added, in order
 * @param left what the database still lacks, or has differently; empty when all is as expected
 * @param failures what could not be added although it should have been possible
 */
public record ReconcileReport(List<Reconciled> done, AdditivePlan left, List<Problem> failures) {

    public ReconcileReport {
        done = List.copyOf(done);
        failures = List.copyOf(failures);
    }

    /** Whether the database has everything that is expected; it may have something else besides, or differently. */
    public boolean isComplete() {
        return left.missing().isEmpty() && failures.isEmpty();
    }

    /** For whom an incomplete schema is a failed start. */
    public ReconcileReport orThrow() {
        Problems problems = new Problems().addAll(problems());
        if (!isComplete() && problems.hasErrors()) {
            throw new MigratorException(problems.errors(), null);
        }
        return this;
    }

    /** What is missing is an error, what is different a warning; each with the text of a migration. */
    public List<Problem> problems() {
        List<Problem> problems = new ArrayList<>(failures);
        List<SchemaObject> told = new ArrayList<>();
        for (ByHand finding : left.byHand()) {
            told.add(finding.object());
            problems.add(
                    finding.missing()
                            ? Problem.error(
                                    ProblemCode.SCHEMA_INCOMPLETE,
                                    finding.object().label(),
                                    "It is missing, and can't be added by itself. " + finding.why(),
                                    "Write a migration:\n" + finding.text())
                            : Problem.warning(
                                    ProblemCode.SCHEMA_DIFFERS,
                                    finding.object().label(),
                                    "It is not as expected. " + finding.why(),
                                    "Write a migration, or correct the expected file:\n" + finding.text()));
        }
        Map<SchemaObject, List<AdditiveStep>> steps = new LinkedHashMap<>();
        left.steps().stream()
                .filter(step -> !told.contains(step.object()))
                .forEach(step -> steps.computeIfAbsent(step.object(), object -> new ArrayList<>())
                        .add(step));
        steps.forEach((object, ofObject) -> problems.add(addable(object, ofObject)));
        return problems;
    }

    private static Problem addable(SchemaObject object, List<AdditiveStep> steps) {
        List<String> statements =
                steps.stream().flatMap(step -> step.statements().stream()).toList();
        String action = "Reconcile with mode fix, or write a migration:\n" + Ddl.script(statements);
        boolean labels = object.kind() == ObjectKind.ENUM && statements.get(0).startsWith("ALTER TYPE ");
        return steps.stream().anyMatch(AdditiveStep::added)
                ? Problem.error(
                        ProblemCode.SCHEMA_INCOMPLETE,
                        object.label(),
                        labels ? "It lacks labels." : "It is missing.",
                        action)
                : Problem.warning(ProblemCode.SCHEMA_DIFFERS, object.label(), "It is not complete.", action);
    }

    /** The text of a migration for all that is left. */
    public String migration() {
        List<String> statements = new ArrayList<>();
        left.steps().forEach(step -> statements.addAll(step.statements()));
        left.byHand().forEach(finding -> statements.addAll(finding.migration()));
        return Ddl.script(statements);
    }

    /** The texts of the files that a person should write for what can't be added by itself, in their order. */
    public List<String> drafts() {
        return MigrationDrafts.of(left.byHand());
    }

    /** For people. */
    public String text() {
        String added = done.stream().map(one -> "Added " + one.subject()).collect(Collectors.joining("\n"));
        String rest = problems().stream().map(Problem::text).collect(Collectors.joining("\n"));
        String all = added.isEmpty() || rest.isEmpty() ? added + rest : added + "\n" + rest;
        return all.isEmpty() ? "Database schema is up to date" : all;
    }
}
