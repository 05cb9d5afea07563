package dev.migrator.autoconfigure.actuate;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A document with the worst of its problems, and how many more there are: a history whose files are missing has one for
 * each row, and nobody reads ten thousand.
 */
final class WorstProblems {

    static final int MOST = 100;

    private static final String PROBLEMS = "problems";
    private static final List<String> RANKS = List.of("error", "warning", "info");

    private WorstProblems() {}

    static Map<String, Object> of(Map<String, Object> document) {
        if (!(document.get(PROBLEMS) instanceof List<?> all) || all.size() <= MOST) {
            return document;
        }
        Map<String, Object> shorter = new LinkedHashMap<>(document);
        shorter.put(
                PROBLEMS,
                all.stream()
                        .sorted(Comparator.comparingInt(WorstProblems::rank))
                        .limit(MOST)
                        .toList());
        shorter.put("moreProblems", all.size() - MOST);
        return shorter;
    }

    private static int rank(Object problem) {
        return problem instanceof Map<?, ?> known ? RANKS.indexOf(known.get("severity")) : RANKS.size();
    }
}
