package dev.migrator.cli;

import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.springframework.boot.loader.launch.LaunchedClassLoader;
import org.springframework.boot.loader.net.protocol.Handlers;
import org.springframework.boot.loader.net.protocol.jar.JarUrl;

/**
 * The class path of an application's jar, for its resources: the same loader looks into it as when the application
 * starts, so the same files are found, those in its libraries too. No class of it is loaded.
 */
final class AppJar {

    private AppJar() {}

    static ClassLoader loader(Path jar) {
        if (!Files.isRegularFile(jar)) {
            throw invalid(jar, Files.exists(jar) ? "It is not a file." : "It does not exist.");
        }
        Handlers.register();
        try {
            return new LaunchedClassLoader(false, roots(jar.toFile()).toArray(URL[]::new), null);
        } catch (IOException e) {
            throw invalid(jar, "It can't be read as a jar (" + e.getMessage() + ").");
        }
    }

    private static List<URL> roots(File file) throws IOException {
        List<URL> roots = new ArrayList<>();
        try (JarFile jar = new JarFile(file)) {
            for (String inside : List.of("BOOT-INF", "WEB-INF")) {
                if (jar.getEntry(inside + "/classes/") != null) {
                    roots.add(JarUrl.create(file, inside + "/classes/"));
                }
                for (JarEntry entry : Collections.list(jar.entries())) {
                    if (entry.getName().startsWith(inside + "/lib/")
                            && entry.getName().endsWith(".jar")) {
                        roots.add(JarUrl.create(file, entry));
                    }
                }
            }
        }
        if (roots.isEmpty()) {
            roots.add(JarUrl.create(file));
        }
        return roots;
    }

    static MigratorException invalid(Path jar, String description) {
        return new MigratorException(Problem.error(
                ProblemCode.INVALID_SETTING,
                "--jar " + jar,
                description,
                "Give the jar of an application that was built by Spring Boot, or of a library."));
    }
}
