package dev.migrator.migration;

import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import java.io.IOException;
import java.util.Locale;

/** What can be wrong with the bytes of a file, in words. */
final class FileProblems {

    private static final String SAVE_AS_UTF8 = "Save the file as UTF-8.";

    private FileProblems() {}

    static MigratorException notUtf8(String location, long offset, byte found) {
        return refuse(
                ProblemCode.NOT_UTF8,
                location,
                String.format(
                        Locale.ROOT,
                        "is not UTF-8: the byte 0x%02X at offset %d begins no valid character.",
                        found,
                        offset),
                SAVE_AS_UTF8);
    }

    static MigratorException otherEncoding(String location, String encoding) {
        return refuse(
                ProblemCode.NOT_UTF8, location, "is not UTF-8 but " + encoding + " (see offset 0).", SAVE_AS_UTF8);
    }

    static MigratorException changed(String location) {
        return refuse(
                ProblemCode.FILE_CHANGED,
                location,
                "has changed since it was checked at the start of this run.",
                "Start again, and replace files only while no run is under way.");
    }

    static MigratorException tooLarge(String location, long limit) {
        return refuse(
                ProblemCode.FILE_TOO_LARGE,
                location,
                "is larger than the limit of " + limit + " bytes.",
                "Raise the limit, or split the file.");
    }

    static MigratorException unreadable(String location, IOException cause) {
        return new MigratorException(
                Problem.error(
                        ProblemCode.UNREADABLE_FILE,
                        location,
                        "cannot be read (" + cause.getClass().getSimpleName() + ": " + cause.getMessage() + ").",
                        "Check that the file exists and that this process may read it."),
                cause);
    }

    private static MigratorException refuse(ProblemCode code, String location, String description, String action) {
        return new MigratorException(Problem.error(code, location, description, action));
    }
}
