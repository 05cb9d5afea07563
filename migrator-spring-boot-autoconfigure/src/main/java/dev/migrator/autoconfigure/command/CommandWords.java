package dev.migrator.autoconfigure.command;

import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.PropertyResolver;

/**
 * The words of a command: of the property itself, of {@code migrator.command.args}, and of the process's arguments those
 * that are no properties. Nothing is dropped: a word too many is bad usage.
 */
final class CommandWords {

    static final String COMMAND = "migrator.command";
    static final String ARGUMENTS = "migrator.command.args";

    /** A property for Spring, not an option of a verb: those have no dot in their name. */
    private static final Pattern PROPERTY = Pattern.compile("--[\\w-]+[.\\[][^=]*(=.*)?", Pattern.DOTALL);

    private CommandWords() {}

    /** @param line the arguments of the process */
    static List<String> of(PropertyResolver properties, List<String> line) {
        List<String> words = new ArrayList<>(split(COMMAND, properties.getProperty(COMMAND, "")));
        words.addAll(split(ARGUMENTS, properties.getProperty(ARGUMENTS, "")));
        line.stream().filter(argument -> !PROPERTY.matcher(argument).matches()).forEach(words::add);
        return words;
    }

    /** As a shell does: quotes hold blanks together, also within a word. */
    static List<String> split(String property, String text) {
        List<String> words = new ArrayList<>();
        StringBuilder word = null;
        char quote = 0;
        for (char c : text.toCharArray()) {
            if (quote != 0) {
                if (c == quote) {
                    quote = 0;
                } else {
                    word = appended(word, c);
                }
            } else if (c == '"' || c == '\'') {
                quote = c;
                word = word == null ? new StringBuilder() : word;
            } else if (!Character.isWhitespace(c)) {
                word = appended(word, c);
            } else if (word != null) {
                words.add(word.toString());
                word = null;
            }
        }
        if (quote != 0) {
            throw new MigratorException(Problem.error(
                    ProblemCode.INVALID_SETTING, property, "A quote is not closed: " + text, "Close it."));
        }
        if (word != null) {
            words.add(word.toString());
        }
        return words;
    }

    private static StringBuilder appended(@Nullable StringBuilder word, char c) {
        return (word == null ? new StringBuilder() : word).append(c);
    }
}
