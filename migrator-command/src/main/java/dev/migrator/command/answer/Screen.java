package dev.migrator.command.answer;

import java.io.Console;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;

/**
 * Where a verb's answer goes, and who reads it.
 *
 * @param out the answer itself
 * @param err what went wrong, and what the answer's reader should not have to parse
 * @param terminal whether a person sees {@code out} while it is written: lines may be redrawn
 * @param colour whether colours are understood and wanted
 * @param questions asks the person; null when nobody could answer
 * @param confirmsWrites whether everything that writes is asked for first, also what needs no confirmation elsewhere
 */
public record Screen(
        PrintWriter out,
        PrintWriter err,
        boolean terminal,
        boolean colour,
        @Nullable Questions questions,
        boolean confirmsWrites) {

    /** A person who answers in one line. */
    @FunctionalInterface
    public interface Questions {

        /** The answer; empty when there is none. */
        String ask(String question);
    }

    /** This process's: with the person who sits at its terminal, if there is one. */
    public static Screen ofProcess(PrintWriter out, PrintWriter err) {
        // from Java 22 on a console is there even when nobody sits at it, unless it is this one
        System.setProperty("jdk.console", "java.base");
        Console console = System.console();
        boolean colour = console != null && wantsColour(System::getenv);
        return new Screen(out, err, console != null, colour, console == null ? null : answers(console), false);
    }

    /** An empty NO_COLOR counts as none, as its convention has it. */
    static boolean wantsColour(Variables environment) {
        String unwanted = environment.get("NO_COLOR");
        return (unwanted == null || unwanted.isEmpty()) && !"dumb".equals(environment.get("TERM"));
    }

    private static Questions answers(Console console) {
        return question -> {
            String answer = console.readLine("%s", question);
            return answer == null ? "" : answer;
        };
    }

    /** The process's environment. */
    @FunctionalInterface
    interface Variables {

        @Nullable
        String get(String name);
    }

    /** For a pipeline: no colours, and nobody to ask. */
    public static Screen plain(PrintWriter out, PrintWriter err) {
        return new Screen(out, err, false, false, null, false);
    }
}
