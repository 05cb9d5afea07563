package dev.migrator.migration;

import dev.migrator.migration.Checksum.Algorithm;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/** A file that is held whole for a moment: decoded and hashed from the same bytes. */
record SmallText(String text, Checksum checksum) {

    /** The runtime's own decoder is the fastest even in a cold JVM; only its replacement character needs a second look. */
    static SmallText decode(String location, byte[] bytes) {
        Encodings.refuseUtf16(location, bytes, bytes.length);
        int start = NormalisedDigest.markLength(bytes, bytes.length);
        String text = new String(bytes, start, bytes.length - start, StandardCharsets.UTF_8);
        if (text.indexOf('\uFFFD') >= 0) {
            refuseMalformed(location, bytes);
        }
        return new SmallText(text, checksum(text, bytes, start));
    }

    private static Checksum checksum(String text, byte[] bytes, int start) {
        if (text.indexOf('\r') >= 0) {
            return new NormalisedDigest(Algorithm.SHA256)
                    .update(bytes, bytes.length)
                    .checksum();
        }
        var digest = NormalisedDigest.digest(Algorithm.SHA256);
        digest.update(bytes, start, bytes.length - start);
        return Checksum.of(Algorithm.SHA256, digest.digest());
    }

    private static void refuseMalformed(String location, byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(8192);
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        CoderResult result;
        do {
            out.clear();
            result = decoder.decode(in, out, true);
            if (result.isError()) {
                throw FileProblems.notUtf8(location, in.position(), in.get(in.position()));
            }
        } while (result.isOverflow());
    }
}
