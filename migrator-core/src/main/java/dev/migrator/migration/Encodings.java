package dev.migrator.migration;

/** Recognises what some editors call Unicode, so that the message can name it instead of one odd byte. */
final class Encodings {

    private Encodings() {}

    /** Without a byte order mark, plain SQL in UTF-16 shows by a zero as one of its first two bytes. */
    static void refuseUtf16(String location, byte[] bytes, int length) {
        if (length < 2) {
            return;
        }
        int first = bytes[0] & 0xFF;
        int second = bytes[1] & 0xFF;
        if (first == 0xFF && second == 0xFE) {
            throw FileProblems.otherEncoding(
                    location, "UTF-16, little-endian: it begins with the byte order mark FF FE");
        }
        if (first == 0xFE && second == 0xFF) {
            throw FileProblems.otherEncoding(location, "UTF-16, big-endian: it begins with the byte order mark FE FF");
        }
        if (first == 0 || second == 0) {
            throw FileProblems.otherEncoding(location, "probably UTF-16: one of its first two bytes is zero");
        }
    }
}
