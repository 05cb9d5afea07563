package dev.migrator.expected;

import dev.migrator.sql.QualifiedName;
import dev.migrator.sql.SqlWord;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A file that names what another one creates goes behind it, else they stand as their names do. It goes by words alone, and
 * a column may be called as a type is: so it is only where to begin, and the server says what is right. But a wrong
 * beginning costs reading all of them again, and finds the real type of a name where another file has a newer one. So
 * where files lead back to each other a mere word turns nothing round; a table that one of them must have does.
 */
final class FileOrder {

    private final List<List<ScratchSchema.Reading>> files;
    private final String defaultSchema;
    private final Map<QualifiedName, Integer> creators = new HashMap<>();
    /** Of each file those that it needs, also by way of others. */
    private final List<BitSet> needs = new ArrayList<>();

    private FileOrder(List<List<ScratchSchema.Reading>> files, String defaultSchema) {
        this.files = files;
        this.defaultSchema = defaultSchema;
        for (int i = 0; i < files.size(); i++) {
            CreatedNames created = new CreatedNames(defaultSchema);
            files.get(i).forEach(reading -> created.add(reading.words()));
            for (QualifiedName name : created.names()) {
                creators.putIfAbsent(name, i);
            }
            needs.add(new BitSet());
        }
    }

    static List<Integer> of(List<List<ScratchSchema.Reading>> files, String defaultSchema) {
        FileOrder order = new FileOrder(files, defaultSchema);
        List<Integer> byName = IntStream.range(0, files.size()).boxed().toList();
        order.addNeeds(FileOrder::tables);
        List<Integer> byTables = order.sorted(byName);
        order.addNeeds(FileOrder::names);
        return order.sorted(byTables);
    }

    private void addNeeds(Function<List<SqlWord>, Stream<QualifiedName>> named) {
        for (int i = 0; i < files.size(); i++) {
            BitSet ofFile = needs.get(i);
            files.get(i).stream()
                    .flatMap(reading -> named.apply(reading.words()))
                    .map(name -> name.schema() == null ? new QualifiedName(defaultSchema, name.name()) : name)
                    .map(creators::get)
                    .filter(Objects::nonNull)
                    .forEach(ofFile::set);
        }
        for (int between = 0; between < needs.size(); between++) {
            for (BitSet ofFile : needs) {
                if (ofFile.get(between)) {
                    ofFile.or(needs.get(between));
                }
            }
        }
    }

    /** Those that a statement can't be read without. */
    private static Stream<QualifiedName> tables(List<SqlWord> words) {
        return LockedRelations.of(words).stream()
                .map(at -> LockedRelations.nameAt(words, at))
                .filter(Objects::nonNull);
    }

    /** Whatever they are names of. */
    private static Stream<QualifiedName> names(List<SqlWord> words) {
        return IntStream.range(0, words.size())
                .filter(at -> at == 0 || words.get(at - 1).type() != SqlWord.Type.DOT)
                .mapToObj(at -> CreatedNames.nameAt(words, at))
                .filter(Objects::nonNull);
    }

    private List<Integer> sorted(List<Integer> order) {
        Set<Integer> sorted = new LinkedHashSet<>();
        order.forEach(file -> reach(file, order, sorted));
        return List.copyOf(sorted);
    }

    /** A file that leads back is not reached: those that name each other keep the order they stand in. */
    private void reach(int file, List<Integer> order, Set<Integer> sorted) {
        if (sorted.contains(file)) {
            return;
        }
        for (int needed : order) {
            if (needs.get(file).get(needed) && !needs.get(needed).get(file)) {
                reach(needed, order, sorted);
            }
        }
        sorted.add(file);
    }
}
