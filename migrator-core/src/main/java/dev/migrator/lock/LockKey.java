package dev.migrator.lock;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** One key for one tracking table; advisory locks are separate for each database already. */
public record LockKey(long value) {

    public static LockKey of(String schema, String table) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] hash = digest.digest(("migrator\n" + schema + "\n" + table).getBytes(StandardCharsets.UTF_8));
            return new LockKey(ByteBuffer.wrap(hash).getLong());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** How {@code pg_locks} shows a key of one 64-bit number: the upper half, unsigned. */
    long classId() {
        return value >>> 32;
    }

    /** The lower half, unsigned. */
    long objectId() {
        return value & 0xffff_ffffL;
    }
}
