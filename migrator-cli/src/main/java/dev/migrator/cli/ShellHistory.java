package dev.migrator.cli;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Set;
import org.jline.reader.impl.history.DefaultHistory;

/** What was typed, for the arrow keys of other days: in a file of the user's alone, and without passwords. */
final class ShellHistory extends DefaultHistory {

    private static final Set<PosixFilePermission> OWN = PosixFilePermissions.fromString("rw-------");

    /** Made here, since what the terminal's library makes has the rights that new files have by default. */
    static Path file() {
        Path file = Path.of(System.getProperty("user.home", "."), ".migrator_history");
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(OWN));
        } catch (FileAlreadyExistsException e) {
            closeToOthers(file);
        } catch (IOException | UnsupportedOperationException e) {
            // no such rights on this platform, or no file at all: the shell goes on with what it remembers itself
            return file;
        }
        return file;
    }

    private static void closeToOthers(Path file) {
        try {
            Files.setPosixFilePermissions(file, OWN);
        } catch (IOException | UnsupportedOperationException e) {
            // somebody else's file, or no such rights on this platform
            return;
        }
    }

    @Override
    public void add(Instant time, String line) {
        if (!Secrets.areIn(line)) {
            super.add(time, line);
        }
    }
}
