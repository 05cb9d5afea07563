package dev.migrator.testkit;

import java.io.Closeable;
import java.io.IOException;
import java.net.Socket;

/** Ways to end a connection; none of them can fail in a way that matters to the other side. */
final class Sockets {

    private Sockets() {}

    static void close(Closeable socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is gone either way.
            return;
        }
    }

    /** The other side reads "connection reset". */
    static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            // Closed already.
            return;
        } finally {
            close(socket);
        }
    }

    /** The other side reads the end of the stream, after everything that was sent. */
    static void endOutput(Socket socket) {
        try {
            socket.shutdownOutput();
        } catch (IOException e) {
            // Closed already.
            return;
        }
    }
}
