package dev.migrator.command.create;

import dev.migrator.migration.MigrationName;
import dev.migrator.migration.NameReading;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The names in a folder of migrations, and a file that is added to them. */
public final class NewFile {

    private static final int FEWEST_DIGITS = 3;

    private final Path folder;
    private final List<MigrationName> present;

    public NewFile(Path folder) {
        this.folder = folder;
        this.present = names(folder);
    }

    /**
     * {@code 004-} after {@code 003-…}, with as many digits as the others have.
     *
     * @param place among those that are written together: the second of them is 1 higher
     */
    public String nextNumber(int place) {
        long highest = 0;
        int digits = FEWEST_DIGITS;
        for (MigrationName name : present) {
            String version = name.version();
            boolean number = version.matches("\\d+") && version.length() != 8 && version.length() != 14;
            if (number && !name.value().startsWith("V")) {
                highest = Math.max(highest, Long.parseLong(version));
                digits = Math.max(digits, version.length());
            }
        }
        return String.format(Locale.ROOT, "%0" + digits + "d", highest + 1 + place);
    }

    /** Those that would run after the new one; with them it is late from its first day. */
    public List<String> later(MigrationName name) {
        return present.stream()
                .filter(other -> !other.isRepeatableName() && other.compareTo(name) > 0)
                .map(MigrationName::value)
                .toList();
    }

    /** Lower-case words with the separator between them. */
    public static String words(String title, char separator) {
        StringBuilder words = new StringBuilder();
        for (int point : title.strip().toLowerCase(Locale.ROOT).codePoints().toArray()) {
            if (Character.isLetterOrDigit(point)) {
                words.appendCodePoint(point);
            } else if (!words.isEmpty() && words.charAt(words.length() - 1) != separator) {
                words.append(separator);
            }
        }
        int last = words.length() - 1;
        return last >= 0 && words.charAt(last) == separator ? words.substring(0, last) : words.toString();
    }

    /** Never writes over what is there. */
    public static Path write(Path file, String text) {
        try {
            Path parent = file.toAbsolutePath().getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            return Files.writeString(file, text, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (FileAlreadyExistsException e) {
            throw refused(file, "It exists already, and is not written over.", "Choose another title.");
        } catch (IOException e) {
            throw refused(file, "It can't be written (" + e + ").", "Check the folder and its rights.");
        }
    }

    private static List<MigrationName> names(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        List<MigrationName> names = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder)) {
            files.map(file -> String.valueOf(file.getFileName()))
                    .filter(file -> file.endsWith(".sql") && !file.endsWith(".down.sql"))
                    .map(file -> file.replaceFirst("(\\.up)?\\.sql$", ""))
                    .forEach(file -> {
                        if (MigrationName.read(file) instanceof NameReading.Valid valid) {
                            names.add(valid.name());
                        }
                    });
        } catch (IOException e) {
            throw refused(folder, "It can't be listed (" + e + ").", "Check its rights.");
        }
        return names;
    }

    private static MigratorException refused(Path file, String description, String action) {
        return new MigratorException(Problem.error(ProblemCode.REFUSED, file.toString(), description, action));
    }

    public Path folder() {
        return folder;
    }
}
