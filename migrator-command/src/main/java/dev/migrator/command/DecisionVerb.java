package dev.migrator.command;

import dev.migrator.Migrator;
import dev.migrator.amend.Amendment;
import dev.migrator.command.answer.Documents;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What a person decides about the history: one change and one line in the log, with who and why. */
abstract class AmendVerb extends LookingVerb {

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why; goes into the log.")
    private @Nullable String reason;

    AmendVerb(CommandEnvironment environment) {
        super(environment);
    }

    abstract String name();

    abstract Amendment amendment(String migration, String why);

    /** What it did, as the end of the sentence "NAME …". */
    abstract String done();

    @Override
    public final Integer call() {
        Migrator migrator = migrator();
        String whole = migrator.resolve(name());
        console().confirmWrite("Write that " + whole + " " + done() + "?");
        migrator.amend(amendment(whole, reason == null ? "no reason given" : reason));
        if (json()) {
            console().json(Documents.of("migration", whole, "done", done()));
        } else {
            console().line(whole + " " + done() + ".");
        }
        return ExitCode.DONE;
    }

    /** Those that take the name as their argument. */
    abstract static class OfOne extends AmendVerb {

        @Parameters(
                paramLabel = "NAME",
                completionCandidates = Names.class,
                description = "The migration; a part of its name that fits only one is enough.")
        private String name = "";

        OfOne(CommandEnvironment environment) {
            super(environment);
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
            super(environment);
        }

        @Override
        Amendment amendment(String migration, String why) {
            return new Amendment.Skip(migration, why);
        }

        @Override
        String done() {
            return "is skipped";
        }
    }

    @Command(
            name = "reset",
            header = "Forgets a try that failed or was interrupted, or a skip: the next run begins anew.",
            description = "A failed migration is tried again without it. It is needed where an interrupted file was"
                    + " changed, or a skipped one shall run after all.")
    static final class Reset extends OfOne {

        Reset(CommandEnvironment environment) {
            super(environment);
        }

        @Override
        Amendment amendment(String migration, String why) {
            return new Amendment.Reset(migration, why);
        }

        @Override
        String done() {
            return "is pending again";
        }
    }

    @Command(
            name = "accept",
            header = "Takes a file that was changed or renamed after it was applied for what was applied.",
            description = "The history gets the new checksum or name; the file is not run again.")
    static final class Accept extends OfOne {

        Accept(CommandEnvironment environment) {
            super(environment);
        }

        @Override
        Amendment amendment(String migration, String why) {
            return new Amendment.Accept(migration, why);
        }

        @Override
        String done() {
            return "is accepted as it is now";
        }
    }

    @Command(
            name = "baseline",
            header = "Adopts a database that was built by other means.",
            description = "What would run, up to and with the named migration, counts as applied; none of it is run.")
    static final class Baseline extends AmendVerb {

        @Option(
                names = "--at",
                required = true,
                paramLabel = "NAME",
                completionCandidates = Names.class,
                description = "The newest migration that the database has already.")
        private String at = "";

        Baseline(CommandEnvironment environment) {
            super(environment);
        }

        @Override
        String name() {
            return at;
        }

        @Override
        Amendment amendment(String migration, String why) {
            return new Amendment.Baseline(migration, why);
        }

        @Override
        String done() {
            return "and all before it count as applied";
        }
    }
}
