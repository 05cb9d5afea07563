package dev.migrator.schema;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The canonical text: a line with its form, then a line for each object with kind, schema, relation and name, set apart by tabs, and below it a
 * line for each fact. Line breaks, tabs and backslashes within are escaped, so it can be read back.
 *
 * <p>The order of columns is of no account to queries that name them, so it is none of the text's: columns stand by name.
 */
final class SnapshotText {

    /** Another one whenever one schema gets another text than before: texts of two forms can't be compared. */
    private static final String FORM = "migrator schema 2\n";

    private SnapshotText() {}

    static boolean isOfThisForm(String text) {
        return text.startsWith(FORM);
    }

    static String write(Collection<SchemaObject> objects) {
        StringBuilder text = new StringBuilder(FORM);
        for (SchemaObject object : objects) {
            ObjectName name = object.name();
            text.append(object.kind().label());
            for (String part : List.of(name.schema(), name.relation(), name.name())) {
                text.append('\t');
                escape(part, text);
            }
            text.append('\n');
            object.facts().forEach((fact, value) -> {
                text.append(' ').append(fact).append(": ");
                escape(value, text);
                text.append('\n');
            });
        }
        return text.toString();
    }

    static List<SchemaObject> read(String text) {
        List<SchemaObject> objects = new ArrayList<>();
        if (!isOfThisForm(text)) {
            throw new IllegalArgumentException("the text of a schema in another form");
        }
        String[] lines = text.substring(FORM.length()).split("\n");
        for (int i = 0; i < lines.length && !lines[i].isEmpty(); ) {
            String[] head = lines[i++].split("\t", -1);
            Map<String, String> facts = new LinkedHashMap<>();
            for (; i < lines.length && lines[i].startsWith(" "); i++) {
                int colon = lines[i].indexOf(": ");
                facts.put(lines[i].substring(1, colon), unescape(lines[i].substring(colon + 2)));
            }
            ObjectName name = new ObjectName(unescape(head[1]), unescape(head[2]), unescape(head[3]));
            objects.add(new SchemaObject(ObjectKind.ofLabel(head[0]), name, facts, 0));
        }
        return objects;
    }

    private static void escape(String value, StringBuilder text) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                default -> text.append(c);
            }
        }
    }

    private static String unescape(String text) {
        if (text.indexOf('\\') < 0) {
            return text;
        }
        StringBuilder value = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length()) {
                char escaped = text.charAt(++i);
                value.append(
                        switch (escaped) {
                            case 'n' -> '\n';
                            case 'r' -> '\r';
                            case 't' -> '\t';
                            default -> escaped;
                        });
            } else {
                value.append(c);
            }
        }
        return value.toString();
    }
}
