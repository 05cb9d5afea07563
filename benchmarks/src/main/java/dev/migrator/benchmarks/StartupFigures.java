package dev.migrator.benchmarks;

import dev.migrator.benchmarks.StartupLauncher.Start;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * The starts of services, as what a tool adds to a service without one in the same round; the median of the rounds. The
 * last column is what ours adds as a part of what Flyway adds.
 */
final class StartupFigures {

    private final Map<String, Map<StartupSubject, List<Start>>> cases = new LinkedHashMap<>();
    private final Map<String, Map<StartupSubject, String>> counts = new LinkedHashMap<>();

    void add(String name, StartupSubject subject, Start start) {
        cases.computeIfAbsent(name, n -> new EnumMap<>(StartupSubject.class))
                .computeIfAbsent(subject, s -> new ArrayList<>())
                .add(start);
    }

    void count(String name, StartupSubject subject, int connections, int queries) {
        counts.computeIfAbsent(name, n -> new EnumMap<>(StartupSubject.class))
                .put(subject, connections + " / " + queries);
    }

    String text() {
        if (cases.isEmpty()) {
            return "";
        }
        return table("added: time until ready", Start::seconds, 1000, "ms")
                + table("added: processor time until ready", Start::processorSeconds, 1000, "ms")
                + table("added: memory of the process at its peak", Start::peakMegabytes, 1, "MB")
                + table("added: live heap, metaspace and code", Start::liveMegabytes, 1, "MB")
                + table("added: classes loaded", Start::classes, 1, "")
                + countTable();
    }

    private String table(String title, ToDoubleFunction<Start> figure, int factor, String unit) {
        StringBuilder text = new StringBuilder("| " + title);
        for (StartupSubject subject : StartupSubject.values()) {
            text.append(" | ").append(subject.label());
        }
        text.append(" | ours of Flyway's |\n| --- | ---: | ---: | ---: | ---: | ---: |\n");
        cases.forEach((name, starts) -> {
            text.append("| ").append(name);
            for (StartupSubject subject : StartupSubject.values()) {
                double value = factor
                        * (subject == StartupSubject.NONE
                                ? Figures.median(values(starts, subject, figure))
                                : added(starts, subject, figure));
                String format = Math.abs(value) < 10 ? " | %.1f %s" : " | %.0f %s";
                text.append(String.format(Locale.ROOT, format, value, unit).stripTrailing());
            }
            double ratio = added(starts, StartupSubject.OURS, figure) / added(starts, StartupSubject.FLYWAY, figure);
            text.append(String.format(Locale.ROOT, " | **%.2f** |%n", ratio));
        });
        return text.append('\n').toString();
    }

    private static double added(
            Map<StartupSubject, List<Start>> starts, StartupSubject subject, ToDoubleFunction<Start> figure) {
        List<Double> own = values(starts, subject, figure);
        List<Double> without = values(starts, StartupSubject.NONE, figure);
        List<Double> added = new ArrayList<>();
        for (int i = 0; i < Math.min(own.size(), without.size()); i++) {
            added.add(own.get(i) - without.get(i));
        }
        return Figures.median(added);
    }

    private static List<Double> values(
            Map<StartupSubject, List<Start>> starts, StartupSubject subject, ToDoubleFunction<Start> figure) {
        return starts.getOrDefault(subject, List.of()).stream()
                .map(figure::applyAsDouble)
                .toList();
    }

    private String countTable() {
        StringBuilder text = new StringBuilder("| connections opened / round trips after connecting");
        for (StartupSubject subject : StartupSubject.values()) {
            text.append(" | ").append(subject.label());
        }
        text.append(" |\n| --- | ---: | ---: | ---: | ---: |\n");
        counts.forEach((name, known) -> {
            text.append("| ").append(name);
            for (StartupSubject subject : StartupSubject.values()) {
                text.append(" | ").append(known.getOrDefault(subject, "–"));
            }
            text.append(" |\n");
        });
        return text.append('\n').toString();
    }
}
