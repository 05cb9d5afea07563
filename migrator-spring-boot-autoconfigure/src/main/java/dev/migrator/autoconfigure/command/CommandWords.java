package dev.migrator.autoconfigure.command;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.core.env.PropertyResolver;

/** The words of a command: of the property itself, of {@code migrator.command.args}, and what follows it on the line. */
final class CommandWords {

    static final String COMMAND = "migrator.command";
    static final String ARGUMENTS = "migrator.command.args";

    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|'([^']*)'|(\\S+)");

    /** A property for Spring, not an option of a verb: those have no dot in their name. */
    private static final Pattern PROPERTY = Pattern.compile("--[\\w-]+[.\\[][^=]*(=.*)?");

    private CommandWords() {}

    /** @param line the arguments of the process */
    static List<String> of(PropertyResolver properties, List<String> line) {
        List<String> words = new ArrayList<>(split(properties.getProperty(COMMAND, "")));
        words.addAll(split(properties.getProperty(ARGUMENTS, "")));
        words.addAll(following(line));
        return words;
    }

    private static List<String> following(List<String> line) {
        List<String> words = new ArrayList<>();
        boolean begun = false;
        for (String argument : line) {
            if (argument.startsWith("--" + COMMAND + "=")) {
                begun = true;
            } else if (begun && !PROPERTY.matcher(argument).matches()) {
                words.add(argument);
            }
        }
        return words;
    }

    private static List<String> split(String text) {
        List<String> words = new ArrayList<>();
        Matcher word = WORD.matcher(text);
        while (word.find()) {
            words.add(word.group(1) != null ? word.group(1) : word.group(2) != null ? word.group(2) : word.group(3));
        }
        return words;
    }
}
