package dev.migrator.migration;

import dev.migrator.directive.DirectiveParser;
import dev.migrator.directive.Directives;
import dev.migrator.migration.Checksum.Algorithm;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;

/**
 * The text of one file. It is read and hashed once when it is found, and not kept: thousands of files that were applied
 * long ago cost nothing. Whoever needs the text later reads it again and gets the bytes that were hashed, or a
 * {@link MigratorException}: a small file is compared before any of it is handed out, a large one at its end.
 */
public final class SqlText {

    /** Up to this many bytes a text is held whole; beyond it is streamed. */
    static final int SMALL = 1024 * 1024;

    private static final int HEAD = 64 * 1024;

    /** Opens the bytes anew each time. */
    @FunctionalInterface
    public interface Bytes {
        InputStream open() throws IOException;
    }

    /** What one look at a file tells. The problems are those of its directives. */
    public record Reading(SqlText text, Directives directives, List<Problem> problems) {}

    private final String location;
    private final Bytes bytes;
    private final long size;
    private final Checksum checksum;

    private SqlText(String location, Bytes bytes, long size, Checksum checksum) {
        this.location = location;
        this.bytes = bytes;
        this.size = size;
        this.checksum = checksum;
    }

    /**
     * Reads a file to its end; a {@link MigratorException} says why it cannot be used.
     *
     * @param location what people see
     * @param limit the size in bytes from which it is refused
     */
    public static Reading read(String location, Bytes bytes, long limit) {
        try (InputStream in = bytes.open()) {
            byte[] start = in.readNBytes(SMALL + 1);
            if (start.length > limit) {
                throw FileProblems.tooLarge(location, limit);
            }
            if (start.length > SMALL) {
                return readLarge(location, bytes, limit);
            }
            SmallText small = SmallText.decode(location, start);
            SqlText text = new SqlText(location, bytes, start.length, small.checksum());
            return reading(text, DirectiveParser.parse(location, small.text(), true));
        } catch (IOException e) {
            throw FileProblems.unreadable(location, e);
        }
    }

    /**
     * A file that was read before, of which nothing was to be told.
     *
     * @param head the comments at its beginning, where they hold directives
     */
    public static Reading known(String location, Bytes bytes, long size, Checksum checksum, String head) {
        return reading(new SqlText(location, bytes, size, checksum), DirectiveParser.parse(location, head, true));
    }

    /** A text that is not a file. */
    public static SqlText of(String location, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return read(location, () -> new ByteArrayInputStream(bytes), Long.MAX_VALUE)
                .text();
    }

    private static Reading readLarge(String location, Bytes bytes, long limit) throws IOException {
        try (VerifyingReader reader = new VerifyingReader(location, bytes.open(), limit, null)) {
            char[] buffer = new char[HEAD];
            int filled = 0;
            int count = 0;
            while (filled < HEAD && (count = reader.read(buffer, filled, HEAD - filled)) >= 0) {
                filled += count;
            }
            String head = new String(buffer, 0, filled);
            while (count >= 0) {
                count = reader.read(buffer, 0, HEAD);
            }
            SqlText text = new SqlText(location, bytes, reader.size(), reader.checksum());
            return reading(text, DirectiveParser.parse(location, head, false));
        }
    }

    private static Reading reading(SqlText text, DirectiveParser.Result parsed) {
        return new Reading(text, parsed.directives(), parsed.problems());
    }

    /** What people see, for example {@code db/migration/003-add-index.sql}. */
    public String location() {
        return location;
    }

    /** In bytes, as stored. */
    public long size() {
        return size;
    }

    /** SHA-256 of the text without byte order mark and with LF line ends. */
    public Checksum checksum() {
        return checksum;
    }

    /** Whether the text should be streamed from {@link #open()} and must not be asked for as a whole. */
    public boolean isLarge() {
        return size > SMALL;
    }

    /** The whole of a text that is not large, already compared with what was found. Line ends are as stored. */
    public String text() {
        if (isLarge()) {
            throw new IllegalStateException(location + " has " + size + " bytes and must be streamed");
        }
        try (InputStream in = bytes.open()) {
            byte[] again = in.readNBytes(SMALL + 1);
            if (again.length != size) {
                throw FileProblems.changed(location);
            }
            SmallText small = SmallText.decode(location, again);
            if (!checksum.equals(small.checksum())) {
                throw FileProblems.changed(location);
            }
            return small.text();
        } catch (IOException e) {
            throw FileProblems.unreadable(location, e);
        }
    }

    /** The decoded text. For a large one the last read, the one that finds the end, also compares; so read to the end. */
    public Reader open() throws IOException {
        return isLarge() ? new VerifyingReader(location, opened(), Long.MAX_VALUE, checksum) : new StringReader(text());
    }

    /**
     * Whether a stored checksum is of this text. Besides ours that may be the SHA-256 or MD5 of the stored bytes, or the
     * MD5 of the normalised text, as other tools recorded them; only for those the file is read again.
     */
    public boolean matches(Checksum stored) {
        return checksum.equals(stored) || foreignMatch(stored);
    }

    private boolean foreignMatch(Checksum stored) {
        MessageDigest raw = NormalisedDigest.digest(stored.algorithm());
        NormalisedDigest normalised = new NormalisedDigest(stored.algorithm());
        NormalisedDigest ours = new NormalisedDigest(Algorithm.SHA256);
        byte[] buffer = new byte[HEAD];
        try (InputStream in = bytes.open()) {
            int count;
            while ((count = in.readNBytes(buffer, 0, HEAD)) > 0) {
                raw.update(buffer, 0, count);
                normalised.update(buffer, count);
                ours.update(buffer, count);
            }
        } catch (IOException e) {
            throw FileProblems.unreadable(location, e);
        }
        if (!checksum.equals(ours.checksum())) {
            throw FileProblems.changed(location);
        }
        return stored.equals(Checksum.of(stored.algorithm(), raw.digest())) || stored.equals(normalised.checksum());
    }

    private InputStream opened() {
        try {
            return bytes.open();
        } catch (IOException e) {
            throw FileProblems.unreadable(location, e);
        }
    }

    @Override
    public String toString() {
        return location;
    }
}
