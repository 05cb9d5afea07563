package dev.migrator.command;

import dev.migrator.command.answer.Console;
import dev.migrator.command.answer.Style;
import dev.migrator.problem.Nearest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What to say to somebody who mistyped: what it was, what was probably meant, where the help is. */
final class UsageFailure implements IParameterExceptionHandler {

    private final Set<String> verbs;

    UsageFailure(Set<String> verbs) {
        this.verbs = verbs;
    }

    @Override
    public int handleParseException(ParameterException failure, String[] arguments) {
        CommandLine command = failure.getCommandLine();
        Console console = ((Verb) command.getCommandSpec().root().userObject()).console();
        String unknown = unknown(failure);
        console.aside(console.styled(Style.BAD, "error") + ": "
                + (unknown == null ? failure.getMessage() : text(command, unknown)));
        console.aside("  -> " + (command.getCommandSpec().qualifiedName() + " --help").strip() + " explains it.");
        return ExitCode.USAGE;
    }

    private static @Nullable String unknown(ParameterException failure) {
        return failure instanceof UnmatchedArgumentException unmatched
                        && !unmatched.getUnmatched().isEmpty()
                ? unmatched.getUnmatched().get(0)
                : null;
    }

    private String text(CommandLine command, String unknown) {
        boolean option = unknown.startsWith("-");
        boolean root = command.getParent() == null;
        if (!option && !root) {
            return "'" + unknown + "' is one argument too many for " + command.getCommandName() + ".";
        }
        String plain = option ? unknown.replaceFirst("=.*", "") : unknown;
        String nearest = Nearest.of(plain, option ? options(command) : verbs);
        return "There is no " + (option ? "option" : "verb") + " '" + plain + "'"
                + (root ? "" : " of " + command.getCommandName()) + "."
                + (nearest == null ? "" : " Probably meant: " + nearest);
    }

    private static List<String> options(CommandLine command) {
        List<String> names = new ArrayList<>();
        command.getCommandSpec().options().forEach(option -> names.addAll(List.of(option.names())));
        return names;
    }
}
