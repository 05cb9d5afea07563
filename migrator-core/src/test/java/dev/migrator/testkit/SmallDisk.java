package dev.migrator.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** A file system in memory that is soon full. Needs root on Linux; without it, the test is skipped with a loud line. */
public final class SmallDisk implements AutoCloseable {

    private final Path place;

    private SmallDisk(Path place) {
        this.place = place;
    }

    /** @param size as {@code mount} takes it, for example {@code 8m} */
    public static SmallDisk mount(Path place, String size) {
        try {
            Files.createDirectories(place);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String refusal = run("mount", "-t", "tmpfs", "-o", "mode=700,size=" + size, "tmpfs", place.toString());
        if (!refusal.isEmpty()) {
            String reason = "No file system can be mounted here: what a full disk does is NOT tested. " + refusal;
            System.out.println(reason);
            return Assumptions.abort(reason);
        }
        return new SmallDisk(place);
    }

    public void resize(String size) {
        String refusal = run("mount", "-o", "remount,size=" + size, place.toString());
        if (!refusal.isEmpty()) {
            throw new IllegalStateException(refusal);
        }
    }

    /** What it has to complain about; nothing is well. */
    private static String run(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor() == 0 ? "" : List.of(command) + ": " + said;
        } catch (IOException e) {
            return e.toString();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Also while files are open there. */
    @Override
    public void close() {
        String refusal = run("umount", "-l", place.toString());
        if (!refusal.isEmpty()) {
            throw new IllegalStateException(refusal);
        }
    }
}
