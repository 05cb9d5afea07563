package dev.migrator.source;

import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.Problems;
import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/**
 * Lists a folder of the class path: directories, jars, and jars within an executable jar, whose loader brings its own
 * jar connection. Entries are taken from the jar itself, because a name with {@code %} or {@code +} does not survive the
 * way through a URL, and because a pattern search took ten times as long for a thousand files in a fresh JVM.
 */
final class ClassPathRoots {

    private final ClassLoader loader;
    private final SourceOptions options;
    private final Problems problems;

    ClassPathRoots(ClassLoader loader, SourceOptions options, Problems problems) {
        this.loader = loader;
        this.options = options;
        this.problems = problems;
    }

    /** One entry for each root that has the folder; empty if none has. */
    List<List<FoundFile>> list(Location.ClassPath location) {
        Map<String, List<FoundFile>> files = new LinkedHashMap<>();
        try {
            for (URL url : Collections.list(loader.getResources(location.folder() + "/"))) {
                String origin = url.toString();
                if (!files.containsKey(origin)) {
                    files.put(origin, root(url, location));
                }
            }
        } catch (IOException e) {
            problems.add(unreadable(location.setting(), e.toString()));
        }
        return new ArrayList<>(files.values());
    }

    private List<FoundFile> root(URL url, Location.ClassPath location) {
        try {
            if (url.getProtocol().equals("file")) {
                Path directory = Path.of(url.toURI());
                return FolderWalk.list(
                        new FoundFile.Root(location.folder(), directory.toString()), directory, options, problems);
            }
            if (url.openConnection() instanceof JarURLConnection connection) {
                return jar(url, connection, new FoundFile.Root(location.folder(), url.toString()));
            }
            problems.add(unreadable(url.toString(), "its kind of class path entry is not known"));
        } catch (IOException | URISyntaxException e) {
            problems.add(unreadable(url.toString(), e.toString()));
        }
        return List.of();
    }

    /** The connection's jar is shared by the whole JVM, so it is neither opened again for each file nor closed. */
    private static List<FoundFile> jar(URL url, JarURLConnection connection, FoundFile.Root root) throws IOException {
        JarFile jar = connection.getJarFile();
        String entryName = connection.getEntryName();
        String prefix = entryName.endsWith("/") ? entryName : entryName + "/";
        List<FoundFile> files = new ArrayList<>();
        for (JarEntry entry : Collections.list(jar.entries())) {
            String name = entry.getName();
            if (name.startsWith(prefix) && !entry.isDirectory()) {
                files.add(new FoundFile(root, name.substring(prefix.length()), () -> {
                    JarURLConnection again = (JarURLConnection) url.openConnection();
                    return again.getJarFile().getInputStream(entry);
                }));
            }
        }
        files.sort(Comparator.comparing(FoundFile::path));
        return files;
    }

    private static Problem unreadable(String subject, String reason) {
        return Problem.error(
                ProblemCode.UNREADABLE_FILE,
                subject,
                "cannot be listed (" + reason + ").",
                "Check the class path, or use a filesystem: location.");
    }
}
