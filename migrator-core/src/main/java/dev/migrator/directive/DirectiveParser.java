package dev.migrator.directive;

import dev.migrator.problem.NameCharacters;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.Severity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads the directives of a file's head. A line that could be meant as one is never passed over in silence. */
public final class DirectiveParser {

    public record Result(Directives directives, List<Problem> problems) {}

    private static final Result NOTHING = new Result(Directives.NONE, List.of());

    private final String location;
    private final DirectiveValues values;
    private final List<Problem> problems = new ArrayList<>(0);
    private final Map<String, DirectiveItem> seen = new HashMap<>();

    private DirectiveParser(String location) {
        this.location = location;
        this.values = new DirectiveValues(this::refuse);
    }

    /** @param complete whether this is the whole text, not only its beginning */
    public static Result parse(String location, String text, boolean complete) {
        Head head = Head.of(text);
        List<Head.Line> late = LateLines.of(text, head.end());
        boolean cutOff = !complete && head.end() == text.length();
        if (head.lines().isEmpty() && head.blockLine() == null && late.isEmpty() && !cutOff) {
            return NOTHING;
        }
        DirectiveParser parser = new DirectiveParser(location);
        head.lines().forEach(parser::line);
        if (head.blockLine() != null) {
            parser.warn(head.blockLine(), "a block comment holds no directives.", "Write it as -- migrator: …");
        }
        if (!late.isEmpty()) {
            parser.late(late);
        }
        if (cutOff) {
            parser.warn(
                    head.endLine(),
                    "the comments at the head are longer than " + text.length()
                            + " characters; directives after that have no effect.",
                    "Move the directives to the first lines.");
        }
        return new Result(parser.values.directives(), List.copyOf(parser.problems));
    }

    /** The comments at a text's beginning; empty where none of them could hold a directive. */
    public static String headOf(String text) {
        Head head = Head.of(text);
        return head.lines().isEmpty() ? "" : text.substring(0, head.end());
    }

    /** A file that is meant to be manual must not run for the sake of a line's place. */
    private void late(List<Head.Line> lines) {
        Head.Line meant = lines.stream()
                .filter(DirectiveParser::namesDirective)
                .findFirst()
                .orElse(null);
        problems.add(new Problem(
                ProblemCode.LATE_DIRECTIVE,
                meant == null ? Severity.WARNING : Severity.ERROR,
                location + ":" + (meant == null ? lines.get(0) : meant).number(),
                "a directive after the first statement has no effect.",
                "Move the line to the head of the file, before the first statement."));
    }

    private static boolean namesDirective(Head.Line line) {
        List<DirectiveItem> items = items(line);
        return !items.isEmpty() && DirectiveWord.of(items.get(0).word()).isPresent();
    }

    /** Of a line with the mark. */
    private static List<DirectiveItem> items(Head.Line line) {
        return DirectiveItem.split(
                line.number(), line.text().substring(line.text().indexOf(':') + 1));
    }

    private void line(Head.Line line) {
        if (!Head.isMarked(line.text(), 0)) {
            refuseForgottenColon(line);
            return;
        }
        List<DirectiveItem> items = items(line);
        if (items.isEmpty()) {
            refuse(line.number(), "the line names no directive.", "Name one, or remove the line.");
        }
        for (int i = 0; i < items.size(); i++) {
            DirectiveItem item = items.get(i);
            item(item, i > 0 && isList(items.get(i - 1).word()));
            if (item.word().equals("batch") || item.word().equals("allow")) {
                if (item.word().equals("batch")) {
                    values.applyBatch(item, items.subList(i + 1, items.size()));
                }
                return; // what follows are its own words
            }
        }
    }

    private void refuseForgottenColon(Head.Line line) {
        String rest = line.text().substring(Head.MARK.length());
        if (rest.isEmpty() || !Character.isWhitespace(rest.charAt(0))) {
            return;
        }
        List<DirectiveItem> items = DirectiveItem.split(line.number(), rest);
        if (!items.isEmpty() && DirectiveWord.of(items.get(0).word()).isPresent()) {
            refuse(line.number(), "looks like a directive but has no colon.", "Write -- migrator: " + rest.strip());
        }
    }

    private void item(DirectiveItem item, boolean afterList) {
        if (item.malformed() != null) {
            refuse(
                    item.line(),
                    "'" + shown(item) + "' " + item.malformed() + ".",
                    "Put the whole value in double quotes.");
            return;
        }
        DirectiveWord word = DirectiveWord.of(item.word()).orElse(null);
        if (word == null) {
            unknown(item, afterList);
            return;
        }
        DirectiveItem first = seen.putIfAbsent(item.word(), item);
        if (first == null) {
            values.apply(word, item);
        } else if (!first.saysSameAs(item)) {
            refuse(
                    item.line(),
                    "'" + shown(item) + "' is given again with another value than in line " + first.line() + ".",
                    "Keep one of them.");
        }
    }

    private void unknown(DirectiveItem item, boolean afterList) {
        String word = shown(item);
        String nearest = DirectiveWord.nearest(item.word());
        String action = "Use one of: " + DirectiveWord.supported() + ".";
        if (nearest != null) {
            action = "Did you mean '" + nearest + "'?";
        } else if (afterList) {
            action = "If it belongs to the list before it, write the list without blanks after its commas.";
        }
        problems.add(Problem.error(
                ProblemCode.UNKNOWN_DIRECTIVE,
                location + ":" + item.line(),
                "'" + word + "' is not a directive.",
                action));
    }

    private void refuse(int line, String description, String action) {
        problems.add(Problem.error(ProblemCode.INVALID_DIRECTIVE, location + ":" + line, description, action));
    }

    private void warn(int line, String description, String action) {
        problems.add(Problem.warning(ProblemCode.INVALID_DIRECTIVE, location + ":" + line, description, action));
    }

    static boolean isList(String word) {
        return word.equals(DirectiveWord.ENVIRONMENTS.text())
                || word.equals(DirectiveWord.DEPENDS.text())
                || word.equals(BatchWords.KEY);
    }

    private static String shown(DirectiveItem item) {
        return NameCharacters.visible(item.word());
    }
}
