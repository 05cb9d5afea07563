package dev.migrator.source;

import dev.migrator.directive.Directives;
import dev.migrator.directive.Phase;
import dev.migrator.migration.Migration;
import dev.migrator.migration.MigrationName;
import dev.migrator.migration.SqlMigration;
import dev.migrator.migration.SqlText;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.Problems;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Makes migrations of files: each up with its down, each name once. */
final class Assembly {

    /** The files of one name, in the order of the locations. */
    private record Files(List<FoundFile> ups, List<FoundFile> downs) {
        Files() {
            this(new ArrayList<>(1), new ArrayList<>(0));
        }
    }

    private record UndoFile(FoundFile file, MigrationName counterpart) {}

    private final SourceOptions options;
    private final Problems problems;
    private final Map<MigrationName, Files> byName = new TreeMap<>();
    private final List<UndoFile> undos = new ArrayList<>();

    Assembly(SourceOptions options, Problems problems) {
        this.options = options;
        this.problems = problems;
    }

    void add(FoundFile file) {
        FileName name = FileName.read(file.name());
        if (name instanceof FileName.Up up) {
            files(up.name()).ups().add(file);
        } else if (name instanceof FileName.Down down) {
            files(down.name()).downs().add(file);
        } else if (name instanceof FileName.Undo undo) {
            undos.add(new UndoFile(file, undo.counterpart()));
        } else if (name instanceof FileName.Unknown unknown) {
            problems.add(Problem.warning(
                            ProblemCode.UNKNOWN_FILE,
                            file.location(),
                            "is not run: it " + unknown.reason() + ".",
                            unknown.action())
                    .withSeverity(options.onUnknownFile().severity()));
        } else if (name instanceof FileName.Invalid invalid) {
            problems.add(
                    Problem.error(ProblemCode.INVALID_NAME, file.location(), invalid.reason() + ".", invalid.action()));
        }
    }

    Catalog catalog() {
        undos.forEach(this::pair);
        List<Migration> migrations = new ArrayList<>(byName.size());
        byName.forEach((name, files) -> {
            Migration migration = migration(name, files);
            if (migration != null) {
                migrations.add(migration);
            }
        });
        warnOfLookalikes();
        return new Catalog(migrations, problems.all());
    }

    private Files files(MigrationName name) {
        return byName.computeIfAbsent(name, key -> new Files());
    }

    /** The V of the same name, or the only one of the same version. */
    private void pair(UndoFile undo) {
        MigrationName counterpart = undo.counterpart();
        Files exact = byName.get(counterpart);
        if (exact != null && !exact.ups().isEmpty()) {
            exact.downs().add(undo.file());
            return;
        }
        List<MigrationName> candidates = byName.keySet().stream()
                .filter(name -> name.value().startsWith("V") && name.hasVersionOf(counterpart))
                .toList();
        if (candidates.size() == 1) {
            files(candidates.get(0)).downs().add(undo.file());
            return;
        }
        String reason = candidates.isEmpty() ? "has no V file of its version" : "has several V files of its version";
        problems.add(Problem.error(
                ProblemCode.ORPHAN_DOWN_FILE,
                undo.file().location(),
                reason + ".",
                "Name it as the file that it takes back, with U for V."));
    }

    private @Nullable Migration migration(MigrationName name, Files files) {
        for (FoundFile down : files.ups().isEmpty() ? files.downs() : List.<FoundFile>of()) {
            problems.add(Problem.error(
                    ProblemCode.ORPHAN_DOWN_FILE,
                    down.location(),
                    "takes back " + name + ", which is not there.",
                    "Add " + name + ".sql, or remove this file."));
        }
        SqlText.Reading up = only(files.ups());
        SqlText.Reading down = only(files.downs());
        if (up == null || (down == null && !files.downs().isEmpty())) {
            return null;
        }
        if (down == null) {
            return new SqlMigration(name, up.text(), null, up.directives());
        }
        refuseMeaningless(down);
        return new SqlMigration(name, up.text(), down.text(), up.directives(), down.directives());
    }

    /** Reads the file, or all files of one name: several are fine only if they are copies in different roots. */
    private SqlText.@Nullable Reading only(List<FoundFile> files) {
        SqlText.Reading taken = null;
        for (int i = 0; i < files.size(); i++) {
            SqlText.Reading reading = read(files.get(i));
            if (reading == null) {
                return null;
            }
            if (taken == null) {
                taken = reading;
            } else if (!isCopy(files.get(0), taken, files.get(i), reading)) {
                return null;
            }
        }
        if (taken != null) {
            problems.addAll(taken.problems());
        }
        return taken;
    }

    private boolean isCopy(FoundFile first, SqlText.Reading taken, FoundFile file, SqlText.Reading reading) {
        boolean copy = !first.root().equals(file.root())
                && taken.text().checksum().equals(reading.text().checksum());
        String both = "the same name as " + first.origin();
        problems.add(
                copy
                        ? Problem.warning(
                                ProblemCode.DUPLICATE_FILE,
                                file.origin(),
                                "has " + both + " and the same content; that one is taken.",
                                "Remove one of the two.")
                        : Problem.error(
                                ProblemCode.DUPLICATE_NAME,
                                file.origin(),
                                "has " + both + "; a name is the identity of one migration.",
                                "Rename or remove one of the two."));
        return copy;
    }

    private SqlText.@Nullable Reading read(FoundFile file) {
        if (file.known() != null) {
            return file.known().reading(file.location(), file.bytes());
        }
        try {
            return SqlText.read(file.location(), file.bytes(), options.maxFileSize());
        } catch (MigratorException e) {
            problems.addAll(e.problems());
            return null;
        }
    }

    private void refuseMeaningless(SqlText.Reading down) {
        Directives asked = down.directives();
        boolean decidesWhether = asked.manual()
                || asked.repeatable()
                || !asked.environments().isEmpty()
                || !asked.depends().isEmpty()
                || asked.phase() != Phase.PRE_DEPLOY;
        if (decidesWhether) {
            problems.add(Problem.error(
                    ProblemCode.INVALID_DIRECTIVE,
                    down.text().location(),
                    "a down file runs only when it is asked for; manual, repeatable, environments, depends and"
                            + " phase have no meaning in it.",
                    "Move them to the file that it takes back."));
        }
    }

    /** Two such names are one file on some systems, and one name to most eyes. */
    private void warnOfLookalikes() {
        Map<String, MigrationName> seen = new HashMap<>(byName.size() * 2);
        for (MigrationName name : byName.keySet()) {
            String folded = composed(name.value()).toLowerCase(Locale.ROOT);
            MigrationName other = seen.putIfAbsent(folded, name);
            if (other != null) {
                problems.add(Problem.warning(
                        ProblemCode.DUPLICATE_NAME,
                        name.value(),
                        "differs from " + other + " only in case or in how its letters are encoded; both are run.",
                        "Rename one of the two."));
            }
        }
    }

    /** Java's normalizer loads tables when it is first asked; ASCII, which is nearly every name, needs none of them. */
    private static String composed(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return Normalizer.normalize(text, Normalizer.Form.NFC);
            }
        }
        return text;
    }
}
