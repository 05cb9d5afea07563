package dev.migrator.cli;

import dev.migrator.migration.ElsewhereMigration;
import dev.migrator.migration.MigrationName;
import dev.migrator.migration.NameReading;
import dev.migrator.source.CodeElsewhere;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarInputStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.asm.ClassReader;

/**
 * The migrations in Java of an application's jar and its libraries, read from the class files: no class of them is loaded,
 * and no code of them runs.
 */
final class AppCode {

    private static final String CLASS = ".class";
    private static final String LAUNCHER = "org/springframework/boot/loader/";

    /** Whatever deals with migrations in Java names a type of this package; other classes are not looked at closer. */
    private static final byte[] MENTION = "dev/migrator/migration/".getBytes(StandardCharsets.ISO_8859_1);

    private final Map<String, ClassFile> classes = new TreeMap<>();

    /** Classes that name no such type, and may extend one that does: those beside it in the application or in a library. */
    private final List<byte[]> quiet = new ArrayList<>();

    private AppCode() {}

    static CodeElsewhere of(Path jar) {
        AppCode code = new AppCode();
        try (JarFile file = new JarFile(jar.toFile())) {
            for (JarEntry entry : Collections.list(file.entries())) {
                try (InputStream in = file.getInputStream(entry)) {
                    code.look(entry.getName(), in);
                }
            }
        } catch (IOException e) {
            throw AppJar.invalid(jar, "It can't be read as a jar (" + e.getMessage() + ").");
        }
        code.addHeirs();
        return code.found();
    }

    private void look(String name, InputStream in) throws IOException {
        if (name.endsWith(CLASS) && !name.startsWith(LAUNCHER)) {
            add(in.readAllBytes(), quiet);
        } else if (name.endsWith(".jar")) {
            lookIntoLibrary(new JarInputStream(in));
        }
    }

    private void lookIntoLibrary(JarInputStream library) throws IOException {
        int before = classes.size();
        List<byte[]> others = new ArrayList<>();
        for (JarEntry entry = library.getNextJarEntry(); entry != null; entry = library.getNextJarEntry()) {
            if (entry.getName().endsWith(CLASS)) {
                add(library.readAllBytes(), others);
            }
        }
        if (classes.size() > before) {
            quiet.addAll(others);
        }
    }

    private void add(byte[] bytes, List<byte[]> others) {
        if (mentions(bytes)) {
            ClassFile file = ClassFile.read(new ClassReader(bytes));
            classes.putIfAbsent(file.type(), file);
        } else {
            others.add(bytes);
        }
    }

    /** Until nobody is left who extends one of those that are known. */
    private void addHeirs() {
        if (classes.values().stream().noneMatch(this::isMigration)) {
            return;
        }
        List<ClassReader> left = new ArrayList<>();
        quiet.forEach(bytes -> left.add(new ClassReader(bytes)));
        boolean more = true;
        while (more) {
            more = left.removeIf(this::addIfHeir);
        }
    }

    private boolean addIfHeir(ClassReader reader) {
        boolean heir = reader.getSuperName() != null && classes.containsKey(reader.getSuperName())
                || Stream.of(reader.getInterfaces()).anyMatch(classes::containsKey);
        if (heir) {
            classes.putIfAbsent(reader.getClassName(), ClassFile.read(reader));
        }
        return heir;
    }

    private static boolean mentions(byte[] bytes) {
        for (int i = 0; i <= bytes.length - MENTION.length; i++) {
            int matched = 0;
            while (matched < MENTION.length && bytes[i + matched] == MENTION[matched]) {
                matched++;
            }
            if (matched == MENTION.length) {
                return true;
            }
        }
        return false;
    }

    private CodeElsewhere found() {
        List<ElsewhereMigration> migrations = new ArrayList<>();
        List<String> unnamed = new ArrayList<>();
        for (ClassFile file : classes.values()) {
            if (file.concrete() && isMigration(file)) {
                String type = file.type().replace('/', '.');
                MigrationName name = name(file);
                if (name == null) {
                    unnamed.add(type);
                } else {
                    migrations.add(new ElsewhereMigration(name, type));
                }
            }
        }
        return new CodeElsewhere(migrations, unnamed);
    }

    /** The engine's own types are its API; whatever comes from them is a migration. */
    private boolean isMigration(ClassFile file) {
        if (file.type().startsWith("dev/migrator/migration/")) {
            return false;
        }
        return file.supertypes().stream()
                .anyMatch(type -> ClassFile.MIGRATIONS.contains(type)
                        || classes.containsKey(type) && isMigration(classes.get(type)));
    }

    /** What its objects answer, where that is in the file; else the bean's name, which is the migration's as a rule. */
    private @Nullable MigrationName name(ClassFile file) {
        MigrationName answered = answered(file);
        return answered == null ? valid(file.bean()) : answered;
    }

    private @Nullable MigrationName answered(ClassFile file) {
        String text = file.name();
        for (String type : file.supertypes()) {
            ClassFile inherited = text == null ? classes.get(type) : null;
            MigrationName above = inherited == null ? null : answered(inherited);
            if (above != null) {
                return above;
            }
        }
        return valid(text);
    }

    private static @Nullable MigrationName valid(@Nullable String text) {
        return text != null && MigrationName.read(text) instanceof NameReading.Valid valid ? valid.name() : null;
    }
}
