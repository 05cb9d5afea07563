package dev.migrator.command;

import picocli.CommandLine.Option;

/** A verb whose answer can be JSON. */
abstract class LookingVerb extends Verb {

    @Option(names = "--json", description = "Print one JSON document and nothing else.")
    private boolean json;

    LookingVerb(CommandEnvironment environment) {
        super(environment);
    }

    @Override
    final boolean json() {
        return json;
    }
}
