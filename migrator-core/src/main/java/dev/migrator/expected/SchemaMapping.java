package dev.migrator.expected;

import dev.migrator.schema.Names;
import dev.migrator.schema.ObjectName;
import dev.migrator.schema.SchemaObject;
import dev.migrator.schema.SchemaSnapshot;
import dev.migrator.sql.QualifiedName;
import dev.migrator.sql.SqlWord;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Each schema that the files create something in has a scratch schema of a name that nobody else uses. On the way in, a
 * qualified name of something that the files create is turned to its scratch schema, and nothing else; on the way out,
 * the scratch name is turned back wherever the server wrote it.
 */
final class SchemaMapping {

    private final CreatedNames created;
    private final Map<String, String> scratchOf = new LinkedHashMap<>();

    /** @param prefix a plain name that occurs nowhere else */
    SchemaMapping(CreatedNames created, String prefix) {
        this.created = created;
        for (String schema : created.schemas()) {
            scratchOf.put(schema, prefix + scratchOf.size());
        }
    }

    /** The real schemas, the default one first. */
    List<String> schemas() {
        return List.copyOf(scratchOf.keySet());
    }

    /** Their scratch schemas, in the same order. */
    List<String> scratchSchemas() {
        return List.copyOf(scratchOf.values());
    }

    String toScratch(String statement, List<SqlWord> words) {
        StringBuilder text = new StringBuilder();
        int copied = 0;
        Set<Integer> unqualified = mustBeOurs(words);
        for (int i = 0; i < words.size(); i++) {
            String replacement = unqualified.contains(i)
                    ? scratchSchemas().get(0) + "." + words.get(i).text()
                    : replacement(words, i);
            if (replacement != null) {
                text.append(statement, copied, words.get(i).start()).append(replacement);
                copied = words.get(i).end();
            }
        }
        return text.append(statement, copied, statement.length()).toString();
    }

    /**
     * Names without a schema that must not be found in the database when no file has created them yet: the real table
     * would be locked, where another file should have come first.
     */
    private static Set<Integer> mustBeOurs(List<SqlWord> words) {
        Set<Integer> places = new HashSet<>();
        for (int at : LockedRelations.of(words)) {
            QualifiedName name = LockedRelations.nameAt(words, at);
            if (name != null && name.schema() == null) {
                places.add(at);
            }
        }
        boolean alters =
                words.size() > 3 && words.get(0).is("alter") && !words.get(1).is("table");
        int altered = alters ? CreatedNames.skip(words, 2, "if", "exists") : 0;
        QualifiedName name = alters ? CreatedNames.nameAt(words, altered) : null;
        if (name != null && name.schema() == null) {
            places.add(altered);
        }
        return places;
    }

    private @Nullable String replacement(List<SqlWord> words, int at) {
        SqlWord word = words.get(at);
        if (word.type() == SqlWord.Type.STRING) {
            return stringReplacement(word.text());
        }
        boolean begins = word.isName() && (at == 0 || words.get(at - 1).type() != SqlWord.Type.DOT);
        if (!begins) {
            return null;
        }
        if (at == 3 && words.get(0).is("comment") && words.get(2).is("schema")) {
            return scratchOf.get(word.name());
        }
        QualifiedName name = CreatedNames.nameAt(words, at);
        return name != null && name.schema() != null && created.has(name) ? scratchOf.get(name.schema()) : null;
    }

    /** {@code 'schema.name'}, as nextval and casts to regclass have it. */
    private @Nullable String stringReplacement(String literal) {
        if (!literal.startsWith("'") || literal.length() < 3) {
            return null;
        }
        String content = literal.substring(1, literal.length() - 1);
        List<SqlWord> words = SqlWord.of(content);
        QualifiedName name = words.size() == 3 ? CreatedNames.nameAt(words, 0) : null;
        return name != null && name.schema() != null && created.has(name)
                ? "'" + scratchOf.get(name.schema())
                        + content.substring(words.get(1).start()) + "'"
                : null;
    }

    /** What the server read in the scratch schemas, as if it had read it in the real ones. */
    SchemaSnapshot toReal(SchemaSnapshot scratch) {
        Map<String, String> realOf = new LinkedHashMap<>();
        scratchOf.forEach((real, name) -> realOf.put(name, real));
        List<SchemaObject> objects = new ArrayList<>();
        for (SchemaObject object : scratch.objects()) {
            ObjectName name = object.name();
            String schema = realOf.getOrDefault(name.schema(), name.schema());
            Map<String, String> facts = new LinkedHashMap<>();
            object.facts().forEach((fact, value) -> facts.put(fact, text(value)));
            objects.add(new SchemaObject(
                    object.kind(),
                    new ObjectName(schema, name.relation(), text(name.name())),
                    facts,
                    object.created()));
        }
        return new SchemaSnapshot(objects);
    }

    private String text(String scratchText) {
        String text = scratchText;
        for (Map.Entry<String, String> entry : scratchOf.entrySet()) {
            text = text.replace(entry.getValue() + ".", Names.quoted(entry.getKey()) + ".");
        }
        return text;
    }
}
