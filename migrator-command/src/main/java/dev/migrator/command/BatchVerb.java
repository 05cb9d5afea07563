package dev.migrator.command;

import dev.migrator.Batches;
import dev.migrator.Migrator;
import dev.migrator.StatusDocument;
import dev.migrator.batch.BatchStatus;
import dev.migrator.batch.FailureTable;
import dev.migrator.command.answer.BatchText;
import dev.migrator.command.answer.Documents;
import dev.migrator.data.FailureRetry;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Batched migrations, whichever process runs them. */
abstract class BatchVerb extends LookingVerb {

    BatchVerb(CommandEnvironment environment) {
        super(environment);
    }

    @Command(
            name = "batches",
            header = "Shows how far batched migrations are, and why one waits.",
            description = {
                "Rows done of about how many there were at the start, the rate since then and what remains at it, the last"
                        + " key that is done and the last one at all. It reads only, and takes no lock."
            })
    static final class All extends BatchVerb {

        All(CommandEnvironment environment) {
            super(environment);
        }

        @Override
        public Integer call() {
            List<BatchStatus> batches = migrator().batches().status();
            if (json()) {
                console().json(Documents.of("batches", StatusDocument.batches(batches)));
            } else {
                new BatchText(console()).print(batches);
            }
            return ExitCode.DONE;
        }
    }

    /** Those that take a name. */
    abstract static class OfOne extends BatchVerb {

        @Parameters(paramLabel = "NAME", completionCandidates = Names.class, description = Names.OF_ONE)
        private String name = "";

        OfOne(CommandEnvironment environment) {
            super(environment);
        }

        @Override
        public final Integer call() {
            Migrator migrator = migrator();
            return call(migrator.batches(), migrator.resolve(name));
        }

        abstract int call(Batches batches, String migration);
    }

    @Command(
            name = "pause",
            header = "Holds a batched migration after its present batch, whichever process runs it.",
            description = {
                "It keeps the migration lock and its place until resume NAME; a service that starts keeps waiting."
            })
    static final class Pause extends DecisionVerb.OfOne {

        Pause(CommandEnvironment environment) {
            super(environment, "pauses after its present batch");
        }

        @Override
        void write(Migrator migrator, String migration, String why) {
            migrator.batches().pause(migration, why);
        }
    }

    @Command(
            name = "resume",
            header = "Lets a batched migration go on that was paused or cancelled.",
            description = {"A paused one goes on within a second; a cancelled one with the next run, where it was."})
    static final class Resume extends DecisionVerb.OfOne {

        Resume(CommandEnvironment environment) {
            super(environment, "may go on");
        }

        @Override
        void write(Migrator migrator, String migration, String why) {
            migrator.batches().resume(migration, why);
        }
    }

    @Command(
            name = "cancel",
            header = "Ends a batched migration after its present batch, whichever process runs it.",
            description = {
                "What its batches have done stays done. It counts as failed, and no run goes on with it before resume"
                        + " NAME."
            })
    static final class Cancel extends DecisionVerb.OfOne {

        Cancel(CommandEnvironment environment) {
            super(environment, "ends after its present batch");
        }

        @Override
        void write(Migrator migrator, String migration, String why) {
            migrator.batches().cancel(migration, why);
        }
    }

    @Command(
            name = "failures",
            header = "Lists the rows that a batched migration has left out, by key.",
            description = {"With the server's SQLSTATE and message, without the data of the row."})
    static final class Failures extends OfOne {

        @Option(
                names = "--limit",
                paramLabel = "N",
                defaultValue = "100",
                description = "The most rows to show; 100 where nothing is said.")
        private int limit;

        Failures(CommandEnvironment environment) {
            super(environment);
        }

        @Override
        int call(Batches batches, String migration) {
            List<FailureTable.Failure> failures = batches.failures(migration, atLeastOne(limit));
            if (json()) {
                console().json(Documents.of("migration", migration, "failures", StatusDocument.failures(failures)));
            } else {
                new BatchText(console()).print(migration, failures);
            }
            return ExitCode.DONE;
        }
    }

    @Command(
            name = "retry-failures",
            header = "Tries the rows again that a batched migration has left out.",
            description = {
                "Each in a transaction of its own, under the migration lock; what works leaves the list. It exits with 1"
                        + " when some fail still. A batch in Java runs in its application: ask its endpoint, or use"
                        + " command mode."
            })
    static final class Retry extends OfOne {

        @Mixin
        private Reason reason = new Reason();

        Retry(CommandEnvironment environment) {
            super(environment);
        }

        @Override
        int call(Batches batches, String migration) {
            console().confirmWrite("Try the rows again that " + migration + " has left out?");
            FailureRetry.Retried retried = batches.retryFailures(migration, reason.text());
            if (json()) {
                console()
                        .json(Documents.of(
                                "migration",
                                migration,
                                "migrated",
                                retried.migrated(),
                                "stillFailing",
                                retried.stillFailing()));
            } else {
                console().line(migration + ": " + retried.text() + ".");
            }
            return retried.stillFailing() == 0 ? ExitCode.DONE : ExitCode.FAILED;
        }
    }
}
