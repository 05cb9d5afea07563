package dev.migrator.migration;

import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/**
 * What says that a migration is still the one that was applied. Ours are SHA-256 of the text without byte order mark
 * and with LF line ends; MD5 only comes from histories that were adopted.
 */
public record Checksum(Algorithm algorithm, String hex) {

    public enum Algorithm {
        SHA256("SHA-256", "sha256:", 64),
        MD5("MD5", "md5:", 32);

        private final String javaName;
        private final String prefix;
        private final int digits;

        Algorithm(String javaName, String prefix, int digits) {
            this.javaName = javaName;
            this.prefix = prefix;
            this.digits = digits;
        }

        String javaName() {
            return javaName;
        }
    }

    public Checksum {
        hex = hex.toLowerCase(Locale.ROOT);
        if (hex.length() != algorithm.digits || !isHex(hex)) {
            throw new IllegalArgumentException("not " + algorithm.digits + " hexadecimal digits: " + hex);
        }
    }

    static Checksum of(Algorithm algorithm, byte[] digest) {
        return new Checksum(algorithm, HexFormat.of().formatHex(digest));
    }

    /** Reads {@code sha256:…}, {@code md5:…}, or bare digits, which tell their algorithm by their number. */
    public static Optional<Checksum> parse(String text) {
        for (Algorithm algorithm : Algorithm.values()) {
            String prefix = algorithm.prefix;
            boolean named = text.regionMatches(true, 0, prefix, 0, prefix.length());
            String hex = named ? text.substring(prefix.length()) : text;
            if (hex.length() == algorithm.digits && isHex(hex)) {
                return Optional.of(new Checksum(algorithm, hex));
            }
        }
        return Optional.empty();
    }

    private static boolean isHex(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!HexFormat.isHexDigit(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /** Not the record's own, nor is the hash: those are put together at run time, which a fresh JVM takes 40 ms for. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Checksum checksum && algorithm == checksum.algorithm && hex.equals(checksum.hex);
    }

    @Override
    public int hashCode() {
        return hex.hashCode();
    }

    @Override
    public String toString() {
        return algorithm.prefix + hex;
    }
}
