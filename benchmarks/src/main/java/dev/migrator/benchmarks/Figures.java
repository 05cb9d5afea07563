package dev.migrator.benchmarks;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * What was measured of each subject in each round of a case. A ratio is the median of the rounds' ratios: a machine that
 * is busy for a while is busy for all subjects of a round.
 */
final class Figures {

    /** One subject in one round. */
    record Sample(double seconds, double processorSeconds, double serverSeconds, double megabytes) {}

    private final Map<String, Map<Subject, List<Sample>>> cases = new LinkedHashMap<>();
    private final Map<String, Map<Subject, String>> facts = new LinkedHashMap<>();

    void add(String name, Subject subject, Sample sample) {
        cases.computeIfAbsent(name, n -> new EnumMap<>(Subject.class))
                .computeIfAbsent(subject, s -> new ArrayList<>())
                .add(sample);
    }

    void note(String name, Subject subject, String fact) {
        facts.computeIfAbsent(name, n -> new EnumMap<>(Subject.class)).put(subject, fact);
    }

    static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int size = sorted.size();
        return size == 0 ? Double.NaN : (sorted.get((size - 1) / 2) + sorted.get(size / 2)) / 2;
    }

    String table(String title, List<Subject> subjects, ToDoubleFunction<Sample> figure, String unit) {
        if (cases.isEmpty()) {
            return "";
        }
        StringBuilder text = head(title, subjects);
        cases.forEach((name, samples) -> {
            List<String> cells = subjects.stream()
                    .map(subject -> cell(samples, subject, figure, unit))
                    .toList();
            if (cells.stream().anyMatch(cell -> !cell.equals("–"))) {
                row(text, name, cells);
            }
        });
        return text.append('\n').toString();
    }

    String factTable(String title, List<Subject> subjects) {
        if (facts.isEmpty()) {
            return "";
        }
        StringBuilder text = head(title, subjects);
        facts.forEach((name, known) -> row(
                text,
                name,
                subjects.stream().map(s -> known.getOrDefault(s, "–")).toList()));
        return text.append('\n').toString();
    }

    private static StringBuilder head(String title, List<Subject> subjects) {
        StringBuilder text = new StringBuilder();
        row(text, title, subjects.stream().map(Subject::label).toList());
        row(text, "---", subjects.stream().map(s -> "---:").toList());
        return text;
    }

    private static void row(StringBuilder text, String name, List<String> cells) {
        text.append("| ")
                .append(name)
                .append(" | ")
                .append(String.join(" | ", cells))
                .append(" |\n");
    }

    private static String cell(
            Map<Subject, List<Sample>> samples, Subject subject, ToDoubleFunction<Sample> figure, String unit) {
        List<Double> own = values(samples, subject, figure);
        double median = median(own);
        if (own.isEmpty() || median == 0) {
            return "–";
        }
        String absolute = String.format(Locale.ROOT, median < 10 ? "%.2f %s" : "%.0f %s", median, unit);
        List<Double> floor = values(samples, Subject.LOOP, figure);
        if (subject == Subject.LOOP || floor.isEmpty()) {
            return absolute;
        }
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < Math.min(own.size(), floor.size()); i++) {
            ratios.add(own.get(i) / floor.get(i));
        }
        return String.format(Locale.ROOT, "**%.2f** (%s)", median(ratios), absolute);
    }

    private static List<Double> values(
            Map<Subject, List<Sample>> samples, Subject subject, ToDoubleFunction<Sample> figure) {
        return samples.getOrDefault(subject, List.of()).stream()
                .map(figure::applyAsDouble)
                .toList();
    }
}
