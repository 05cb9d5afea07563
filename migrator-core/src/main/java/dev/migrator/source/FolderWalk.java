package dev.migrator.source;

import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.Problems;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lists one directory with its sub-folders. A link is followed only to what lies in the directory as well, a folder is
 * read once however many links lead to it, and only regular files count. Hidden folders are left out: a mounted
 * Kubernetes ConfigMap keeps a second copy of each file in one.
 */
final class FolderWalk {

    private final FoundFile.Root root;
    private final Path top;
    private final SourceOptions options;
    private final Problems problems;
    private final List<FoundFile> found = new ArrayList<>();
    private final Map<Path, String> visited = new HashMap<>();

    private FolderWalk(FoundFile.Root root, Path top, SourceOptions options, Problems problems) {
        this.root = root;
        this.top = top;
        this.options = options;
        this.problems = problems;
    }

    static List<FoundFile> list(FoundFile.Root root, Path directory, SourceOptions options, Problems problems) {
        try {
            Path top = directory.toRealPath();
            FolderWalk walk = new FolderWalk(root, top, options, problems);
            walk.folder(top, "");
            return walk.found;
        } catch (IOException e) {
            problems.add(unreadable(root.label(), e));
            return List.of();
        }
    }

    private void folder(Path real, String path) {
        String before = visited.putIfAbsent(real, path);
        if (before != null) {
            problems.add(Problem.warning(
                    ProblemCode.UNSAFE_LINK,
                    shown(path),
                    "is a link to the folder " + shown(before) + ", which is read only once.",
                    "Remove the link."));
            return;
        }
        for (Path entry : entries(real, path)) {
            String name = entry.getFileName().toString();
            entry(entry, path.isEmpty() ? name : path + "/" + name);
        }
    }

    private List<Path> entries(Path real, String path) {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(real)) {
            stream.forEach(entries::add);
        } catch (IOException | DirectoryIteratorException e) {
            problems.add(unreadable(shown(path), e));
        }
        entries.sort((left, right) ->
                left.getFileName().toString().compareTo(right.getFileName().toString()));
        return entries;
    }

    private void entry(Path entry, String path) {
        try {
            BasicFileAttributes attributes =
                    Files.readAttributes(entry, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            Path real = entry;
            if (attributes.isSymbolicLink()) {
                real = target(entry, path);
                if (real == null) {
                    return;
                }
                attributes = Files.readAttributes(real, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            }
            visit(real, attributes, path);
        } catch (IOException e) {
            problems.add(unreadable(shown(path), e));
        }
    }

    private void visit(Path real, BasicFileAttributes attributes, String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        if (attributes.isDirectory()) {
            subFolder(real, path, name);
        } else if (attributes.isRegularFile()) {
            found.add(new FoundFile(root, path, () -> Files.newInputStream(real)));
        } else {
            problems.add(Problem.error(
                    ProblemCode.UNREADABLE_FILE,
                    shown(path),
                    "is not a regular file but a pipe, a socket or a device.",
                    "Remove it."));
        }
    }

    private void subFolder(Path real, String path, String name) {
        if (name.startsWith("..")) {
            return;
        }
        if (name.startsWith(".")) {
            problems.add(Problem.info(
                    ProblemCode.UNKNOWN_FILE,
                    shown(path),
                    "is a hidden folder and is not searched.",
                    "Rename it if it holds migrations."));
            return;
        }
        if (FileName.hasEnding(name)) {
            problems.add(Problem.warning(
                    ProblemCode.UNKNOWN_FILE,
                    shown(path),
                    "is a folder, not a file; it is searched as any other.",
                    "Rename it."));
        }
        folder(real, path);
    }

    private @Nullable Path target(Path link, String path) throws IOException {
        try {
            Path real = link.toRealPath();
            if (options.followLinksOutside() || real.startsWith(top)) {
                return real;
            }
            problems.add(Problem.error(
                    ProblemCode.UNSAFE_LINK,
                    shown(path),
                    "is a link that leads out of its location.",
                    "Put the file itself there, or allow such links."));
        } catch (NoSuchFileException e) {
            dangling(path, "is a link to a file that does not exist.");
        } catch (FileSystemException e) {
            if (Files.isSymbolicLink(link) && !Files.exists(link)) {
                dangling(path, "is a link that leads back to itself or cannot be followed.");
            } else {
                throw e;
            }
        }
        return null;
    }

    private void dangling(String path, String description) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        if (FileName.read(name) instanceof FileName.Dropping) {
            return;
        }
        Problem problem =
                Problem.error(ProblemCode.UNREADABLE_FILE, shown(path), description, "Remove or mend the link.");
        problems.add(
                FileName.hasEnding(name)
                        ? problem
                        : problem.withSeverity(options.onUnknownFile().severity()));
    }

    private String shown(String path) {
        return root.shown(path);
    }

    private static Problem unreadable(String subject, Exception cause) {
        return Problem.error(
                ProblemCode.UNREADABLE_FILE,
                subject,
                "cannot be read (" + cause.getClass().getSimpleName() + ").",
                "Check that it exists and that this process may read it.");
    }
}
