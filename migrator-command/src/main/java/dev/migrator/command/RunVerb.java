package dev.migrator.command;

import dev.migrator.MigrateOptions;
import dev.migrator.Migrator;
import dev.migrator.command.answer.Console;
import dev.migrator.command.answer.Progress;
import dev.migrator.command.answer.Screen;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "run",
        header = "Runs one migration, also one that never runs by itself.",
        description = {
            "One that is marked as manual needs its whole name a second time, with --confirm or as an answer at a"
                    + " terminal: such migrations delete, or take long."
        })
final class RunVerb extends LookingVerb {

    @Parameters(paramLabel = "NAME", completionCandidates = Names.class, description = Names.OF_ONE)
    private String name = "";

    @Option(
            names = "--confirm",
            paramLabel = "NAME",
            completionCandidates = Names.class,
            description = "The whole name again, for a manual one; it is not asked for then.")
    private @Nullable String confirmation;

    @Mixin
    private Reason reason = new Reason();

    RunVerb(CommandEnvironment environment) {
        super(environment);
    }

    @Override
    public Integer call() {
        Migrator migrator = migrator(new Progress(console(), json()));
        String whole = migrator.resolve(name);
        boolean manual = migrator.status().migrations().stream()
                .anyMatch(migration -> migration.name().equals(whole) && migration.manual());
        if (manual) {
            confirm(whole);
        } else {
            console().confirmWrite("Run " + whole + "?");
        }
        return new Outcome(console(), json())
                .of(migrator.migrate(MigrateOptions.only(whole).because(reason.given())));
    }

    private void confirm(String whole) {
        Screen.Questions questions = console().screen().questions();
        String given = confirmation;
        if (given == null && questions != null) {
            given = questions
                    .ask(whole + " is manual. Type its name to run it: ")
                    .strip();
        }
        if (given == null) {
            throw Console.unconfirmed(
                    whole, "It is manual, so it needs a confirmation.", "Give --confirm " + whole + " if it is meant.");
        } else if (!given.equals(whole)) {
            throw Console.unconfirmed(
                    whole, "It is manual, and what confirms it is another text.", "Give its whole name: " + whole);
        }
    }
}
