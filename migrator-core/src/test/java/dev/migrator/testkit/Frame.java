package dev.migrator.testkit;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * One message of the protocol: the header and the first bytes are here, the rest is still in the stream, because a
 * message may be larger than the memory of a test.
 */
final class Frame {

    static final char UNTYPED = ClientMessage.START_UP;

    private static final int HEAD_LIMIT = 2048;
    private static final int SSL_REQUEST = 80877103;
    private static final int GSS_REQUEST = 80877104;
    private static final int CANCEL_REQUEST = 80877102;

    private final char type;
    private final int length;
    private final byte[] head;
    private final InputStream rest;

    private Frame(char type, int length, byte[] head, InputStream rest) {
        this.type = type;
        this.length = length;
        this.head = head;
        this.rest = rest;
    }

    /** The next message with a type, or null at the end of the stream. */
    static Frame typed(DataInputStream in) throws IOException {
        int type = in.read();
        return type < 0 ? null : read((char) type, in);
    }

    /** The next message of a connection that has not started yet, or null at the end of the stream. */
    static Frame untyped(DataInputStream in) throws IOException {
        try {
            return read(UNTYPED, in);
        } catch (EOFException e) {
            return null;
        }
    }

    private static Frame read(char type, DataInputStream in) throws IOException {
        int length = in.readInt();
        byte[] head = in.readNBytes(Math.min(length - Integer.BYTES, HEAD_LIMIT));
        return new Frame(type, length, head, in);
    }

    char type() {
        return type;
    }

    boolean asksForEncryption() {
        return type == UNTYPED && (code() == SSL_REQUEST || code() == GSS_REQUEST);
    }

    boolean isStartupMessage() {
        return type == UNTYPED && !asksForEncryption() && code() != CANCEL_REQUEST;
    }

    /** The first number of the body: what an untyped message or an authentication request is. */
    int code() {
        return head.length < Integer.BYTES ? 0 : ByteBuffer.wrap(head).getInt();
    }

    /** What a reader of a log wants to see. */
    String text() {
        return switch (type) {
            case UNTYPED -> untypedName();
            case ClientMessage.QUERY -> stringFrom(0);
            case ClientMessage.PARSE -> stringFrom(endOfString(0) + 1);
            default -> "";
        };
    }

    private String untypedName() {
        return switch (code()) {
            case SSL_REQUEST -> "SSLRequest";
            case GSS_REQUEST -> "GSSENCRequest";
            case CANCEL_REQUEST -> "CancelRequest";
            default -> "StartupMessage";
        };
    }

    private String stringFrom(int start) {
        int end = endOfString(start);
        return start >= end ? "" : new String(head, start, end - start, StandardCharsets.UTF_8);
    }

    private int endOfString(int start) {
        int end = start;
        while (end < head.length && head[end] != 0) {
            end++;
        }
        return end;
    }

    void writeTo(OutputStream out) throws IOException {
        if (type != UNTYPED) {
            out.write(type);
        }
        out.write(ByteBuffer.allocate(Integer.BYTES).putInt(length).array());
        out.write(head);
        copyRest(out);
    }

    void discard() throws IOException {
        copyRest(OutputStream.nullOutputStream());
    }

    private void copyRest(OutputStream out) throws IOException {
        byte[] buffer = new byte[8192];
        int left = length - Integer.BYTES - head.length;
        while (left > 0) {
            int read = rest.read(buffer, 0, Math.min(left, buffer.length));
            if (read < 0) {
                throw new EOFException("The stream ended within a message");
            }
            out.write(buffer, 0, read);
            left -= read;
        }
    }
}
