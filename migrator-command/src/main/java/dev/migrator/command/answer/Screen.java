package dev.migrator.command.answer;

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

    /** For a pipeline: no colours, and nobody to ask. */
    public static Screen plain(PrintWriter out, PrintWriter err) {
        return new Screen(out, err, false, false, null, false);
    }
}
