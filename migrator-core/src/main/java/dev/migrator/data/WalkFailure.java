package dev.migrator.data;

import dev.migrator.batch.BatchEnd;
import dev.migrator.batch.Checkpoint;
import dev.migrator.batch.WalkedTable;
import dev.migrator.data.DataOutcome.Failed;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;

/** What people read of a walk that ends early: what of it stays, and what they can do. */
final class WalkFailure {

    private final String migration;
    private final CodeFailure failure;

    WalkFailure(String migration, CodeFailure failure) {
        this.migration = migration;
        this.failure = failure;
    }

    /** @param place the statement or the migration that had the batch */
    Failed inBatch(BatchEnd.Failed failed, WalkedTable walked, String place) {
        Failed told = failure.thrown("the batch of " + walked.name() + " at key " + failed.page(), failed.thrown());
        Failed whole = instead(told, "This batch was rolled back; the " + stays(failed.checkpoint()));
        Problem problem = Problem.error(
                ProblemCode.MIGRATION_FAILED,
                place,
                whole.problem().description(),
                "Mend the row or the migration and start again; or allow that rows are left out: max-failures.");
        return new Failed(problem, told.brief(), failed.sqlState(), null);
    }

    /** @param told of a statement of ours between two batches */
    static Failed betweenBatches(Failed told, Checkpoint reached) {
        return instead(told, "The " + stays(reached));
    }

    /** Its rows are all behind it: what is tried again is the last look. */
    Failed notAsItShould(Failed verified) {
        return instead(
                verified,
                "What its batches have done stays done; the next run visits no row again and only verifies. To begin at"
                        + " the first row: reset " + migration);
    }

    static Failed of(Problem problem) {
        return new Failed(problem, problem.subject() + ": " + problem.description(), null, null);
    }

    Failed cancelled() {
        return of(Problem.error(
                ProblemCode.BATCH_CANCELLED,
                migration,
                "A person has cancelled it; what its batches have done is done.",
                "To go on where it was: resume " + migration + "; or never run it here: skip " + migration));
    }

    MigratorException changed(String description) {
        return new MigratorException(Problem.error(
                ProblemCode.RESUME_CHANGED,
                migration,
                description,
                "Restore it; or see to it that beginning again does no harm, and forget the try: reset " + migration));
    }

    /** Of a walk not everything is rolled back that fails. */
    private static Failed instead(Failed told, String outcome) {
        Problem problem = told.problem();
        String description = problem.description().replace(CodeFailure.ROLLED_BACK, outcome);
        return new Failed(
                Problem.error(problem.code(), problem.subject(), description, problem.action()),
                told.brief(),
                told.sqlState(),
                told.work());
    }

    private static String stays(Checkpoint reached) {
        return reached.scanned() + " rows before it stay done"
                + (reached.failed() == 0 ? "" : ", " + reached.failed() + " were left out")
                + ", and the next run goes on here.";
    }
}
