package dev.migrator.command;

import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

@Command(
        versionProvider = RootVerb.Version.class,
        synopsisSubcommandLabel = "VERB",
        header = "Brings a PostgreSQL database to the state that its migrations describe.",
        commandListHeading = "%nVerbs:%n")
final class RootVerb extends Verb {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = {"-v", "--verbose"},
            scope = ScopeType.INHERIT,
            order = 99,
            description = "Log each step, and show the stack trace of a failure.")
    private boolean verbose;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            order = 101,
            description = "Show the version.")
    private boolean version;

    RootVerb(CommandEnvironment environment) {
        super(environment);
    }

    boolean isVerbose() {
        return verbose;
    }

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "No verb is given.");
    }

    /** What the jar says of itself. */
    static final class Version implements IVersionProvider {

        @Override
        public String[] getVersion() {
            String version = RootVerb.class.getPackage().getImplementationVersion();
            return new String[] {"Migrator " + (version == null ? "(unpacked)" : version)};
        }
    }
}
