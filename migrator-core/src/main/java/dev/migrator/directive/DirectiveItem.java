package dev.migrator.directive;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One directive as it is written.
 *
 * @param values what stands after the equals sign, split at commas; null if there is no equals sign
 * @param quoted whether any of it was in quotes
 * @param malformed why it cannot be taken apart
 */
record DirectiveItem(
        int line,
        String word,
        @Nullable List<String> values,
        boolean quoted,
        @Nullable String malformed) {

    /** Splits {@code manual, environments=staging,production depends="003-a b"}; commas with no blank after stay in a list. */
    static List<DirectiveItem> split(int line, String text) {
        List<DirectiveItem> items = new ArrayList<>();
        Cursor cursor = new Cursor(text);
        cursor.skipGaps();
        while (!cursor.atEnd()) {
            items.add(cursor.item(line));
            cursor.skipGaps();
        }
        return items;
    }

    boolean saysSameAs(DirectiveItem other) {
        return values == null ? other.values == null : values.equals(other.values);
    }

    private static final class Cursor {
        private final String text;
        private int position;
        private boolean quoted;
        private @Nullable String malformed;

        Cursor(String text) {
            this.text = text;
        }

        boolean atEnd() {
            return position >= text.length();
        }

        void skipGaps() {
            while (!atEnd() && (isBlank() || text.charAt(position) == ',')) {
                position++;
            }
        }

        DirectiveItem item(int line) {
            quoted = false;
            malformed = null;
            int start = position;
            while (!atEnd() && !isBlank() && text.charAt(position) != ',' && text.charAt(position) != '=') {
                position++;
            }
            String word = text.substring(start, position);
            int wordEnd = position;
            skipBlanks();
            if (atEnd() || text.charAt(position) != '=') {
                position = wordEnd;
                return new DirectiveItem(line, word, null, false, null);
            }
            position++;
            skipBlanks();
            List<String> values = values(DirectiveParser.isList(word));
            return new DirectiveItem(line, word, values, quoted, malformed);
        }

        private List<String> values(boolean list) {
            List<String> values = new ArrayList<>();
            boolean more = true;
            while (more) {
                String piece = !atEnd() && text.charAt(position) == '"' ? quotedPiece() : barePiece();
                values.addAll(list ? List.of(piece.split(",", -1)) : List.of(piece));
                more = list && continues();
                position = more ? position + 1 : position;
            }
            return values.stream().map(String::strip).toList();
        }

        /** A comma with something directly after it. */
        private boolean continues() {
            return position + 1 < text.length()
                    && text.charAt(position) == ','
                    && !Character.isWhitespace(text.charAt(position + 1));
        }

        private String barePiece() {
            int start = position;
            while (!atEnd() && !isBlank() && text.charAt(position) != ',') {
                position++;
            }
            return text.substring(start, position);
        }

        private String quotedPiece() {
            quoted = true;
            int end = text.indexOf('"', position + 1);
            if (end < 0) {
                malformed = "has a quote that is not closed";
                position = text.length();
                return "";
            }
            String piece = text.substring(position + 1, end);
            position = end + 1;
            if (!atEnd() && !isBlank() && text.charAt(position) != ',') {
                malformed = "has text directly after its closing quote";
            }
            return piece;
        }

        private void skipBlanks() {
            while (!atEnd() && isBlank()) {
                position++;
            }
        }

        private boolean isBlank() {
            return Character.isWhitespace(text.charAt(position));
        }
    }
}
