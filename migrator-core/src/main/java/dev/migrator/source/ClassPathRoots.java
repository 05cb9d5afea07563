package dev.migrator.source;

import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.Problems;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
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

    private static final String NATIVE_IMAGE = "resource";

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
            if (files.isEmpty() && !options.index().under(location.folder()).isEmpty()) {
                String image = "index:" + location.folder();
                files.put(image, indexed(new FoundFile.Root(location.folder(), image)));
            }
        } catch (IOException e) {
            problems.add(unreadable(location.setting(), e.toString()));
        }
        return new ArrayList<>(files.values());
    }

    /** A native image has the files and can't list them. Nothing tells that they are still those of the build: read all. */
    private List<FoundFile> indexed(FoundFile.Root root) {
        String folder = root.label();
        return options.index().under(folder).stream()
                .map(entry ->
                        new FoundFile(root, entry.path().substring(folder.length() + 1), () -> open(entry.path())))
                .toList();
    }

    private InputStream open(String path) throws IOException {
        InputStream in = loader.getResourceAsStream(path);
        if (in == null) {
            throw new FileNotFoundException(path + " is not on the class path any more");
        }
        return in;
    }

    private List<FoundFile> root(URL url, Location.ClassPath location) {
        try {
            if (url.getProtocol().equals("file")) {
                Path directory = Path.of(url.toURI());
                return FolderWalk.list(
                        new FoundFile.Root(location.folder(), directory.toString()), directory, options, problems);
            }
            FoundFile.Root root = new FoundFile.Root(location.folder(), url.toString());
            if (url.openConnection() instanceof JarURLConnection connection) {
                return jar(url, connection, root);
            }
            if (url.getProtocol().equals(NATIVE_IMAGE)) {
                return indexed(root);
            }
            problems.add(unreadable(url.toString(), "its kind of class path entry is not known"));
        } catch (IOException | URISyntaxException e) {
            problems.add(unreadable(url.toString(), e.toString()));
        }
        return List.of();
    }

    /** The connection's jar is shared by the whole JVM, so it is neither opened again for each file nor closed. */
    private List<FoundFile> jar(URL url, JarURLConnection connection, FoundFile.Root root) throws IOException {
        JarFile jar = connection.getJarFile();
        String entryName = connection.getEntryName();
        String prefix = entryName.endsWith("/") ? entryName : entryName + "/";
        List<FoundFile> files = new ArrayList<>();
        for (JarEntry entry : Collections.list(jar.entries())) {
            String name = entry.getName();
            if (name.startsWith(prefix) && !entry.isDirectory()) {
                String path = name.substring(prefix.length());
                String onClassPath = root.label() + "/" + path;
                FileIndex.Entry known = options.index().find(onClassPath, entry.getSize(), entry.getCrc());
                files.add(new FoundFile(root, path, () -> opened(url, entry), known));
            }
        }
        files.sort(Comparator.comparing(FoundFile::path));
        return files;
    }

    private static InputStream opened(URL url, JarEntry entry) throws IOException {
        JarURLConnection again = (JarURLConnection) url.openConnection();
        return again.getJarFile().getInputStream(entry);
    }

    private static Problem unreadable(String subject, String reason) {
        return Problem.error(
                ProblemCode.UNREADABLE_FILE,
                subject,
                "cannot be listed (" + reason + ").",
                "Check the class path, or use a filesystem: location.");
    }
}
