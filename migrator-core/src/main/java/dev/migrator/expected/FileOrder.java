package dev.migrator.expected;

import dev.migrator.sql.QualifiedName;
import dev.migrator.sql.SqlWord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A file that names what another one creates goes behind it, else they stand as their names do. It goes by words alone, and
 * a column may be called as a type is: so it is only where to begin, and the server says what is right. But a wrong
 * beginning costs reading all of them again, and finds the real type of a name where another file has a newer one.
 */
final class FileOrder {

    private final List<Set<Integer>> needs;
    private final Set<Integer> order = new LinkedHashSet<>();
    private final Set<Integer> reached = new TreeSet<>();

    private FileOrder(List<Set<Integer>> needs) {
        this.needs = needs;
    }

    static List<Integer> of(List<List<ScratchSchema.Reading>> files, String defaultSchema) {
        Map<QualifiedName, Integer> creators = new HashMap<>();
        for (int i = 0; i < files.size(); i++) {
            CreatedNames created = new CreatedNames(defaultSchema);
            files.get(i).forEach(reading -> created.add(reading.words()));
            for (QualifiedName name : created.names()) {
                creators.putIfAbsent(name, i);
            }
        }
        List<Set<Integer>> needs = new ArrayList<>();
        for (List<ScratchSchema.Reading> file : files) {
            Set<Integer> ofFile = new TreeSet<>();
            file.forEach(reading -> addNamed(reading.words(), creators, defaultSchema, ofFile));
            needs.add(ofFile);
        }
        FileOrder order = new FileOrder(needs);
        for (int i = 0; i < needs.size(); i++) {
            order.reach(i);
        }
        return List.copyOf(order.order);
    }

    private static void addNamed(
            List<SqlWord> words, Map<QualifiedName, Integer> creators, String defaultSchema, Set<Integer> found) {
        for (int i = 0; i < words.size(); i++) {
            boolean behindDot = i > 0 && words.get(i - 1).type() == SqlWord.Type.DOT;
            QualifiedName name = behindDot ? null : CreatedNames.nameAt(words, i);
            Integer creator = name == null
                    ? null
                    : creators.get(name.schema() == null ? new QualifiedName(defaultSchema, name.name()) : name);
            if (creator != null) {
                found.add(creator);
            }
        }
    }

    /** Where files name each other, the one whose name comes first goes behind. */
    private void reach(int file) {
        if (reached.add(file)) {
            needs.get(file).forEach(this::reach);
            order.add(file);
        }
    }
}
