package dev.migrator.expected;

import dev.migrator.sql.QualifiedName;
import dev.migrator.sql.SqlWord;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What all expected files together create; everything else that they name is the database's. */
final class CreatedNames {

    private static final Set<String> MODIFIERS = Set.of(
            "or", "replace", "unlogged", "unique", "materialized", "recursive", "constraint", "temp", "temporary");
    private static final Set<String> RELATIONS = Set.of("table", "view");
    private static final Set<String> NAMED =
            Set.of("table", "view", "type", "domain", "sequence", "function", "procedure", "aggregate");

    private final String defaultSchema;
    private final Set<String> schemas = new LinkedHashSet<>();
    private final Set<QualifiedName> names = new HashSet<>();
    private final Set<QualifiedName> relations = new HashSet<>();

    CreatedNames(String defaultSchema) {
        this.defaultSchema = defaultSchema;
        schemas.add(defaultSchema);
    }

    /** The default one first. */
    List<String> schemas() {
        return List.copyOf(schemas);
    }

    /** All of them with their schema. */
    Set<QualifiedName> names() {
        return Set.copyOf(names);
    }

    boolean has(QualifiedName name) {
        return names.contains(full(name));
    }

    boolean hasRelation(QualifiedName name) {
        return relations.contains(full(name));
    }

    private QualifiedName full(QualifiedName name) {
        return name.schema() == null ? new QualifiedName(defaultSchema, name.name()) : name;
    }

    void add(List<SqlWord> words) {
        if (words.isEmpty() || !words.get(0).is("create")) {
            return;
        }
        int at = 1;
        while (at < words.size() && MODIFIERS.contains(lower(words.get(at)))) {
            at++;
        }
        String kind = at < words.size() ? lower(words.get(at)) : "";
        int name = skip(words, at + 1, "if", "not", "exists");
        if (kind.equals("schema") && name < words.size() && words.get(name).isName()) {
            schemas.add(words.get(name).name());
        } else if (kind.equals("index")) {
            addIndex(words, name);
        } else if (NAMED.contains(kind)) {
            QualifiedName created = nameAt(words, name);
            if (created != null) {
                add(full(created), RELATIONS.contains(kind));
            }
        }
    }

    private void add(QualifiedName name, boolean relation) {
        names.add(name);
        schemas.add(String.valueOf(name.schema()));
        if (relation) {
            relations.add(name);
        }
    }

    private void addIndex(List<SqlWord> words, int name) {
        QualifiedName index = nameAt(words, name);
        for (int i = name; i < words.size(); i++) {
            if (words.get(i).is("on")) {
                QualifiedName table = nameAt(words, skip(words, i + 1, "only"));
                if (index != null && table != null) {
                    names.add(new QualifiedName(full(table).schema(), index.name()));
                }
                return;
            }
        }
    }

    static int skip(List<SqlWord> words, int from, String... keywords) {
        int at = from;
        for (String keyword : keywords) {
            if (at < words.size() && words.get(at).is(keyword)) {
                at++;
            }
        }
        return at;
    }

    /** The name that begins here, with its schema if it has one. */
    static @Nullable QualifiedName nameAt(List<SqlWord> words, int at) {
        if (at >= words.size() || !words.get(at).isName()) {
            return null;
        }
        if (at + 2 < words.size()
                && words.get(at + 1).type() == SqlWord.Type.DOT
                && words.get(at + 2).isName()) {
            return new QualifiedName(words.get(at).name(), words.get(at + 2).name());
        }
        return new QualifiedName(null, words.get(at).name());
    }

    private static String lower(SqlWord word) {
        return word.text().toLowerCase(Locale.ROOT);
    }
}
