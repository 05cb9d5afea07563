package dev.migrator.migration;

import dev.migrator.migration.Checksum.Algorithm;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Digests a file as if it had no byte order mark and only LF line ends, so that an editor or a checkout on another
 * system does not change a checksum. The first piece must hold at least three bytes if the file does.
 */
final class NormalisedDigest {

    private final Algorithm algorithm;
    private final MessageDigest digest;
    private boolean started;
    private boolean afterCarriageReturn;

    NormalisedDigest(Algorithm algorithm) {
        this.algorithm = algorithm;
        this.digest = digest(algorithm);
    }

    static MessageDigest digest(Algorithm algorithm) {
        try {
            return MessageDigest.getInstance(algorithm.javaName());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime has no " + algorithm.javaName(), e);
        }
    }

    static int markLength(byte[] bytes, int length) {
        boolean marked = length >= 3 && bytes[0] == (byte) 0xEF && bytes[1] == (byte) 0xBB && bytes[2] == (byte) 0xBF;
        return marked ? 3 : 0;
    }

    NormalisedDigest update(byte[] bytes, int length) {
        int start = started ? 0 : markLength(bytes, length);
        started = true;
        if (afterCarriageReturn || hasCarriageReturn(bytes, start, length)) {
            updateWithoutCarriageReturns(bytes, start, length);
        } else {
            digest.update(bytes, start, length - start);
        }
        return this;
    }

    Checksum checksum() {
        return Checksum.of(algorithm, digest.digest());
    }

    private void updateWithoutCarriageReturns(byte[] bytes, int start, int length) {
        byte[] kept = new byte[length - start];
        int count = 0;
        for (int i = start; i < length; i++) {
            byte b = bytes[i];
            boolean secondHalf = b == '\n' && afterCarriageReturn;
            afterCarriageReturn = b == '\r';
            if (!secondHalf) {
                kept[count++] = afterCarriageReturn ? (byte) '\n' : b;
            }
        }
        digest.update(kept, 0, count);
    }

    private static boolean hasCarriageReturn(byte[] bytes, int start, int length) {
        for (int i = start; i < length; i++) {
            if (bytes[i] == '\r') {
                return true;
            }
        }
        return false;
    }
}
