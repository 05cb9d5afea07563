package dev.migrator;

import dev.migrator.migration.MigrationName;
import dev.migrator.migration.NameReading;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Nearest;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.SafeText;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Finds the migration that a person means by a name, or by a part of one. */
final class NameSearch {

    private static final int MOST_SHOWN = 10;
    private static final int MOST_NEAREST = 3;

    private final Set<String> migrations;
    private final Set<String> names;

    /** @param others meant only where the text fits none of the migrations */
    NameSearch(Collection<String> migrations, Collection<String> others) {
        this.migrations = new LinkedHashSet<>(migrations);
        this.names = new LinkedHashSet<>(migrations);
        this.names.addAll(others);
    }

    String find(String text) {
        String wanted = withoutEnding(text.strip());
        if (names.contains(wanted)) {
            return wanted;
        }
        if (wanted.isEmpty()) {
            throw unknown(text);
        }
        String found = only(migrations, wanted);
        if (found == null) {
            found = only(names, wanted);
        }
        if (found == null) {
            throw unknown(wanted);
        }
        return found;
    }

    /** Null where the text fits none of them. */
    private static @Nullable String only(Set<String> among, String wanted) {
        String lower = wanted.toLowerCase(Locale.ROOT);
        List<Predicate<String>> stages = List.of(
                name -> version(name).equals(wanted),
                name -> name.toLowerCase(Locale.ROOT).startsWith(lower),
                name -> name.toLowerCase(Locale.ROOT).contains(lower));
        for (Predicate<String> stage : stages) {
            List<String> found = among.stream().filter(stage).toList();
            if (found.size() == 1) {
                return found.get(0);
            }
            if (!found.isEmpty()) {
                throw ambiguous(wanted, found);
            }
        }
        return null;
    }

    private static String withoutEnding(String text) {
        String name = text.endsWith(".sql") ? text.substring(0, text.length() - 4) : text;
        return name.endsWith(".up") || name.endsWith(".down") ? name.substring(0, name.lastIndexOf('.')) : name;
    }

    private static String version(String name) {
        return MigrationName.read(name) instanceof NameReading.Valid valid
                ? valid.name().version()
                : "";
    }

    private static MigratorException ambiguous(String text, List<String> found) {
        return new MigratorException(Problem.error(
                ProblemCode.AMBIGUOUS_NAME,
                SafeText.line(text),
                "It fits " + found.size() + " migrations: " + String.join(", ", found) + ".",
                "Give more of the name."));
    }

    private MigratorException unknown(String text) {
        Collection<String> nearest = nearest(text);
        return new MigratorException(Problem.error(
                ProblemCode.UNKNOWN_NAME,
                SafeText.line(text.isEmpty() ? "(no name)" : text),
                "No migration has this name, or a name with this in it.",
                names.isEmpty()
                        ? "There are no migrations; check migrator.locations."
                        : nearest.isEmpty()
                                ? "The names are: "
                                        + String.join(
                                                ", ",
                                                names.stream().limit(MOST_SHOWN).toList())
                                        + (names.size() > MOST_SHOWN ? ", …" : "")
                                : "Nearest: " + String.join(", ", nearest)));
    }

    /** By the whole name, and by what stands behind the version. */
    private Collection<String> nearest(String text) {
        Map<String, String> known = new LinkedHashMap<>();
        for (String name : names) {
            String folded = name.toLowerCase(Locale.ROOT).replace('_', '-');
            known.put(folded, name);
            String title = folded.replaceFirst("^[vr]?[0-9._-]+", "");
            if (!title.isEmpty()) {
                known.putIfAbsent(title, name);
            }
        }
        Set<String> found = new LinkedHashSet<>();
        while (found.size() < MOST_NEAREST) {
            String nearest = Nearest.of(text, known.keySet());
            if (nearest == null) {
                break;
            }
            found.add(String.valueOf(known.remove(nearest)));
        }
        return found;
    }
}
