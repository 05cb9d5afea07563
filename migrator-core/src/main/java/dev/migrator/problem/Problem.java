package dev.migrator.problem;

import java.util.Objects;

/**
 * One thing that is wrong, in a form that every reader can use as it stands.
 *
 * @param code what kind of problem it is; stable, for machines and search engines
 * @param severity whether it stops the run
 * @param subject what it is about: a migration, a file with line and column, a table, a setting
 * @param description what was found, in one or a few sentences
 * @param action what a person should do now
 */
public record Problem(ProblemCode code, Severity severity, String subject, String description, String action) {

    public Problem {
        Objects.requireNonNull(code);
        Objects.requireNonNull(severity);
        Objects.requireNonNull(subject);
        Objects.requireNonNull(description);
        Objects.requireNonNull(action);
    }

    public static Problem error(ProblemCode code, String subject, String description, String action) {
        return new Problem(code, Severity.ERROR, subject, description, action);
    }

    public static Problem warning(ProblemCode code, String subject, String description, String action) {
        return new Problem(code, Severity.WARNING, subject, description, action);
    }

    public static Problem info(ProblemCode code, String subject, String description, String action) {
        return new Problem(code, Severity.INFO, subject, description, action);
    }

    /** Of an exception that none of ours is. Its text is for the log alone: nobody knows what it holds. */
    public static Problem unexpected(String subject, Throwable e) {
        return error(
                ProblemCode.UNEXPECTED,
                subject,
                "It ended with an exception that nobody expected: "
                        + e.getClass().getName() + ".",
                "See the log of the service.");
    }

    public boolean isError() {
        return severity == Severity.ERROR;
    }

    /** The same finding, judged differently by a setting such as {@code on-unknown-file}. */
    public Problem withSeverity(Severity other) {
        return new Problem(code, other, subject, description, action);
    }

    /** What was found, without the data that may follow in further lines: the statement, the server's details. */
    public String headline() {
        int end = description.indexOf('\n');
        return end < 0 ? description : description.substring(0, end);
    }

    /** The whole problem as text: {@code subject: description} and what to do, on a line of its own. */
    public String text() {
        return subject + ": " + description + (action.isEmpty() ? "" : "\n  -> " + action);
    }
}
