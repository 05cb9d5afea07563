package dev.migrator.sql;

import java.io.IOException;
import java.io.Reader;
import java.util.Arrays;

/** The characters from the start of the current piece on, read as they are asked for. Indexes count from the piece's start. */
final class Window {

    private static final int ROOM = 1 << 16;

    /** Most files fit in this; a thousand of them in a row should not ask for a thousand times the usual room. */
    private static final int FIRST_ROOM = 1 << 12;

    private final Reader in;
    private char[] chars = new char[FIRST_ROOM];
    private int start;
    private int limit;
    private boolean ended;

    Window(Reader in) {
        this.in = in;
    }

    /** The character, or -1 behind the end of the text. */
    int at(int index) throws IOException {
        return start + index < limit || reach(index) ? chars[start + index] : -1;
    }

    /** The first of the two characters from an index on, or -1 if there is none. */
    int find(int from, char one, char other) throws IOException {
        int index = from;
        while (start + index < limit || reach(index)) {
            char[] window = chars;
            int end = limit;
            for (int i = start + index; i < end; i++) {
                char c = window[i];
                if (c == one || c == other) {
                    return i - start;
                }
            }
            index = end - start;
        }
        return -1;
    }

    /** The first index from which on a character is not in a set of 128 for ASCII, with one more for all others. */
    int skip(int from, boolean[] set) throws IOException {
        int index = from;
        while (start + index < limit || reach(index)) {
            char[] window = chars;
            int end = limit;
            for (int i = start + index; i < end; i++) {
                char c = window[i];
                if (!set[c < 128 ? c : 128]) {
                    return i - start;
                }
            }
            index = end - start;
        }
        return index;
    }

    /** The index behind the line of an index, its line end included. */
    int lineEnd(int from) throws IOException {
        int end = find(from, '\n', '\r');
        if (end < 0) {
            return length();
        }
        return at(end) == '\r' && at(end + 1) == '\n' ? end + 2 : end + 1;
    }

    /** How much of the text is in the window: all the rest of it, once a search found nothing. */
    int length() {
        return limit - start;
    }

    int capacity() {
        return chars.length;
    }

    String text(int from, int to) {
        return new String(chars, start + from, to - from);
    }

    /** Whether a word is the given one (lower case, ASCII), in any case. */
    boolean isWord(int from, int to, String word) {
        if (to - from != word.length()) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            char c = chars[start + from + i];
            char expected = word.charAt(i);
            if (c != expected && (c | 0x20) != expected) {
                return false;
            }
        }
        return true;
    }

    void discard(int length) {
        start += length;
    }

    private boolean reach(int index) throws IOException {
        while (!ended && start + index >= limit) {
            makeRoom();
            int count = in.read(chars, limit, chars.length - limit);
            if (count < 0) {
                ended = true;
            } else {
                limit += count;
            }
        }
        return start + index < limit;
    }

    private void makeRoom() {
        if (limit < chars.length) {
            return;
        }
        int length = limit - start;
        if (chars.length < ROOM) {
            chars = Arrays.copyOfRange(chars, start, start + ROOM);
        } else if (length > chars.length / 2) {
            chars = Arrays.copyOfRange(chars, start, start + grown(chars.length));
        } else if (chars.length > ROOM && length < ROOM / 2) {
            chars = Arrays.copyOfRange(chars, start, start + ROOM);
        } else {
            System.arraycopy(chars, start, chars, 0, length);
        }
        start = 0;
        limit = length;
    }

    private static int grown(int length) {
        int most = Integer.MAX_VALUE - 16;
        if (length == most) {
            throw new OutOfMemoryError("one statement of more than " + most + " characters");
        }
        return length > most / 2 ? most : length * 2;
    }
}
