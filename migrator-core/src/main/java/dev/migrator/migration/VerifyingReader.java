package dev.migrator.migration;

import dev.migrator.migration.Checksum.Algorithm;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Decodes strictly and hashes what it decodes, in constant memory. What was read counts only once the end was reached:
 * a file that is not the expected one is refused there, by the read that would have reported the end.
 */
final class VerifyingReader extends Reader {

    private static final int BUFFER = 64 * 1024;

    private final String location;
    private final InputStream in;
    private final long limit;
    private final @Nullable Checksum expected;
    private final ByteBuffer bytes = ByteBuffer.allocate(BUFFER).limit(0);
    private final CharBuffer chars = CharBuffer.allocate(BUFFER).limit(0);
    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    private final NormalisedDigest digest = new NormalisedDigest(Algorithm.SHA256);
    private long size;
    private boolean exhausted;
    private @Nullable Checksum checksum;

    VerifyingReader(String location, InputStream in, long limit, @Nullable Checksum expected) {
        this.location = location;
        this.in = in;
        this.limit = limit;
        this.expected = expected;
    }

    /** Known once the end was reached. */
    Checksum checksum() {
        if (checksum == null) {
            throw new IllegalStateException(location + " was not read to its end");
        }
        return checksum;
    }

    long size() {
        return size;
    }

    @Override
    public int read(char[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!chars.hasRemaining() && !fill()) {
            return -1;
        }
        int count = Math.min(length, chars.remaining());
        chars.get(target, offset, count);
        return count;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    private boolean fill() throws IOException {
        chars.clear();
        while (chars.position() == 0 && checksum == null) {
            CoderResult result = decoder.decode(bytes, chars, exhausted);
            if (result.isError()) {
                throw FileProblems.notUtf8(location, size - bytes.remaining(), bytes.get(bytes.position()));
            }
            if (chars.position() == 0 && exhausted) {
                finish();
            } else if (chars.position() == 0) {
                refill();
            }
        }
        chars.flip();
        return chars.hasRemaining();
    }

    private void refill() throws IOException {
        bytes.compact();
        int kept = bytes.position();
        int count = in.readNBytes(bytes.array(), kept, bytes.remaining());
        boolean first = size == 0;
        size += count;
        exhausted = count < bytes.remaining();
        if (size > limit) {
            throw FileProblems.tooLarge(location, limit);
        }
        bytes.position(kept + count).flip();
        byte[] piece = kept == 0 ? bytes.array() : Arrays.copyOfRange(bytes.array(), kept, kept + count);
        if (first) {
            Encodings.refuseUtf16(location, piece, count);
            bytes.position(NormalisedDigest.markLength(piece, count));
        }
        digest.update(piece, count);
    }

    private void finish() {
        Checksum found = digest.checksum();
        if (expected != null && !expected.equals(found)) {
            throw FileProblems.changed(location);
        }
        checksum = found;
    }
}
