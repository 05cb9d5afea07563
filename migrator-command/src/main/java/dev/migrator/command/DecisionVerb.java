package dev.migrator.command;

import dev.migrator.Migrator;
import dev.migrator.amend.Amendment;
import dev.migrator.command.answer.Documents;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What a person decides of one migration: one change, and one line in the log with who and why. */
abstract class DecisionVerb extends LookingVerb {

    private final String done;

    @Mixin
    private Reason reason = new Reason();

    /** @param done what it did, as the end of the sentence "NAME …" */
    DecisionVerb(CommandEnvironment environment, String done) {
        super(environment);
        this.done = done;
    }

    abstract String name();

    abstract void write(Migrator migrator, String migration, String why);

    @Override
    public final Integer call() {
        Migrator migrator = migrator();
        String migration = migrator.resolve(name());
        console().confirmWrite("Write that " + migration + " " + done + "?");
        write(migrator, migration, reason.text());
        if (json()) {
            console().json(Documents.of("migration", migration, "done", done));
        } else {
            console().line(migration + " " + done + ".");
        }
        return ExitCode.DONE;
    }

    /** Those that take the name as their argument. */
    abstract static class OfOne extends DecisionVerb {

        @Parameters(paramLabel = "NAME", completionCandidates = Names.class, description = Names.OF_ONE)
        private String name = "";

        OfOne(CommandEnvironment environment, String done) {
            super(environment, done);
        }

        @Override
        final String name() {
            return name;
        }
    }

    @Command(
            name = "skip",
            header = "Marks a pending migration as skipped: it shall not run here.",
            description = "It counts as settled from then on. Reset it to let it run after all.")
    static final class Skip extends OfOne {

        Skip(CommandEnvironment environment) {
            super(environment, "is skipped");
        }

        @Override
        void write(Migrator migrator, String migration, String why) {
            migrator.amend(new Amendment.Skip(migration, why));
        }
    }

    @Command(
            name = "reset",
            header = "Forgets a try that failed or was interrupted, or a skip: the next run begins anew.",
            description = "A failed migration is tried again without it. It is needed where an interrupted file was"
                    + " changed, or a skipped one shall run after all.")
    static final class Reset extends OfOne {

        Reset(CommandEnvironment environment) {
            super(environment, "is pending again");
        }

        @Override
        void write(Migrator migrator, String migration, String why) {
            migrator.amend(new Amendment.Reset(migration, why));
        }
    }

    @Command(
            name = "accept",
            header = "Takes a file that was changed or renamed after it was applied for what was applied.",
            description = "The history gets the new checksum or name; the file is not run again.")
    static final class Accept extends OfOne {

        Accept(CommandEnvironment environment) {
            super(environment, "is accepted as it is now");
        }

        @Override
        void write(Migrator migrator, String migration, String why) {
            migrator.amend(new Amendment.Accept(migration, why));
        }
    }

    @Command(
            name = "baseline",
            header = "Adopts a database that was built by other means.",
            description = "What would run, up to and with the named migration, counts as applied; none of it is run.")
    static final class Baseline extends DecisionVerb {

        @Option(
                names = "--at",
                required = true,
                paramLabel = "NAME",
                completionCandidates = Names.class,
                description = "The newest migration that the database has already.")
        private String at = "";

        Baseline(CommandEnvironment environment) {
            super(environment, "and all before it count as applied");
        }

        @Override
        String name() {
            return at;
        }

        @Override
        void write(Migrator migrator, String migration, String why) {
            migrator.amend(new Amendment.Baseline(migration, why));
        }
    }
}
