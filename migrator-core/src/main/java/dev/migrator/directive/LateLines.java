package dev.migrator.directive;

import dev.migrator.sql.SqlScript;
import java.util.List;

/** Comments after a file's head that are written as directives, where they have no effect. */
final class LateLines {

    private LateLines() {}

    /** @param from where the head ends */
    static List<Head.Line> of(String text, int from) {
        return looksAsIf(text, from)
                ? SqlScript.parse(text).lineComments(LateLines::isMarked).stream()
                        .filter(comment -> comment.start().offset() >= from)
                        .map(comment -> new Head.Line(
                                comment.start().line(), comment.source().substring(Head.ownText(comment.source(), 0))))
                        .toList()
                : List.of();
    }

    /** A plain search, since this runs over each file; whether it is a comment indeed, only a lexer knows. */
    private static boolean looksAsIf(String text, int from) {
        int dashes = text.indexOf("--", from);
        while (dashes >= 0) {
            int own = Head.ownText(text, dashes);
            if (Head.isMarked(text, own)) {
                return true;
            }
            dashes = text.indexOf("--", own);
        }
        return false;
    }

    private static boolean isMarked(String comment) {
        return Head.isMarked(comment, Head.ownText(comment, 0));
    }
}
