package dev.migrator.source;

import dev.migrator.migration.SqlText;
import dev.migrator.problem.NameCharacters;
import org.jspecify.annotations.Nullable;

/**
 * One file of a location.
 *
 * @param root the folder or jar that it was found in; two roots may hold the same file
 * @param path from the root, with slashes
 * @param bytes its content
 * @param known what the index tells of it; null where it has to be read
 */
record FoundFile(Root root, String path, SqlText.Bytes bytes, FileIndex.@Nullable Entry known) {

    FoundFile(Root root, String path, SqlText.Bytes bytes) {
        this(root, path, bytes, null);
    }

    /**
     * @param label how its files are called in every message, for example {@code db/migration}
     * @param origin where it really is, to tell two roots of one label apart
     */
    record Root(String label, String origin) {

        /** What people see of a path in this root. */
        String shown(String path) {
            return NameCharacters.visible(join(label, path));
        }
    }

    String name() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    String location() {
        return root.shown(path);
    }

    String origin() {
        return NameCharacters.visible(join(root.origin(), path));
    }

    private static String join(String folder, String path) {
        if (path.isEmpty()) {
            return folder;
        }
        return folder.endsWith("/") ? folder + path : folder + "/" + path;
    }
}
