package dev.migrator.command.answer;

import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import java.util.List;
import java.util.Locale;

/** Writes for people, and asks them. */
public final class Console {

    private final Screen screen;

    public Console(Screen screen) {
        this.screen = screen;
    }

    public Screen screen() {
        return screen;
    }

    public void line(String text) {
        screen.out().println(text);
        screen.out().flush();
    }

    /** The one document of a verb that was asked for JSON. */
    public void json(Object document) {
        line(Json.of(document));
    }

    /** For a person beside the answer. */
    public void aside(String text) {
        screen.err().println(text);
        screen.err().flush();
    }

    public void problems(List<Problem> problems) {
        problems.forEach(this::problem);
    }

    public void problem(Problem problem) {
        aside(text(problem));
    }

    public String text(Problem problem) {
        return switch (problem.severity()) {
            case ERROR -> styled(Style.BAD, "error") + ": " + problem.text();
            case WARNING -> styled(Style.WAITING, "warning") + ": " + problem.text();
            case INFO -> styled(Style.ASIDE, "note") + ": " + problem.text();
        };
    }

    public String styled(Style style, String text) {
        return screen.colour() ? style.of(text) : text;
    }

    /** Goes on after a yes; at a place where nobody can be asked, only with the option that says it beforehand. */
    public void confirm(String question, boolean confirmedByOption) {
        if (confirmedByOption) {
            return;
        }
        Screen.Questions questions = screen.questions();
        if (questions == null) {
            throw unconfirmed(question, "It needs a confirmation.", "Give --yes if it is meant.");
        }
        String answer = questions.ask(question + " [y/N] ").strip().toLowerCase(Locale.ROOT);
        if (!answer.equals("y") && !answer.equals("yes")) {
            throw unconfirmed(question, "It was not confirmed.", "Nothing was changed.");
        }
    }

    /** Before anything that writes, where the face wants that. */
    public void confirmWrite(String question) {
        if (screen.confirmsWrites()) {
            confirm(question, false);
        }
    }

    public static MigratorException unconfirmed(String subject, String description, String action) {
        String plain = subject.endsWith("?") ? subject.substring(0, subject.length() - 1) : subject;
        return new MigratorException(Problem.error(ProblemCode.REFUSED, plain, description, action));
    }
}
