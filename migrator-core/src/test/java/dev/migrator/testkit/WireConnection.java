package dev.migrator.testkit;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;

/** One client's connection through a {@link WireProxy}: a thread for each direction. */
final class WireConnection {

    private static final int AUTHENTICATION_OK = 0;
    private static final int AUTHENTICATION_SASL_FINAL = 12;
    private static final int REFUSED = 'N';

    private final WireProxy proxy;
    private final int number;
    private final Socket client;

    private volatile Socket server;
    private volatile boolean started;
    private volatile boolean cut;

    /** The client is cut off as soon as the server gives its answer. */
    private volatile boolean cutAtAnswer;

    /** Only then is the end of the data answered by itself. */
    private boolean copyWithinQuery;

    WireConnection(WireProxy proxy, int number, Socket client) {
        this.proxy = proxy;
        this.number = number;
        this.client = client;
    }

    /** From the first byte to the last; runs on the connection's own thread. */
    void serve() {
        try {
            client.setTcpNoDelay(true);
            proxy.passGate();
            server = proxy.connectToServer();
            Thread answers = WireProxy.daemon("wire-proxy server", this::passAnswers);
            answers.start();
            passRequests();
            proxy.passGate();
            proxy.fellSilent(this);
            endRequests();
            answers.join();
        } catch (IOException | InterruptedException e) {
            // A broken connection is what this class is about; the other side sees it break, nobody else needs to.
            abandon();
        } finally {
            abandon();
            proxy.ended(this);
        }
    }

    /** The client reads a reset; the server the end of the stream, and its thread drains what it still says. */
    void cut() {
        cut = true;
        Sockets.reset(client);
        endRequests();
    }

    /** Both sides at once, whatever is under way. */
    void abandon() {
        Sockets.reset(client);
        if (server != null) {
            Sockets.reset(server);
        }
    }

    private void endRequests() {
        if (server != null) {
            Sockets.endOutput(server);
        }
    }

    /** A client that vanishes is for the server the end of the stream; all before it was forwarded. */
    private void passRequests() throws IOException, InterruptedException {
        DataInputStream in = new DataInputStream(new BufferedInputStream(client.getInputStream()));
        OutputStream out = new BufferedOutputStream(server.getOutputStream());
        Frame frame = nextRequest(in, false);
        while (frame != null && passRequest(frame, out)) {
            if (in.available() == 0) {
                out.flush();
            }
            frame = nextRequest(in, frame.isStartupMessage() || frame.type() != Frame.UNTYPED);
        }
        if (!client.isClosed()) {
            out.flush();
        }
    }

    private Frame nextRequest(DataInputStream in, boolean typed) {
        try {
            return typed ? Frame.typed(in) : Frame.untyped(in);
        } catch (IOException e) {
            // Reset by the client, or cut by us.
            return null;
        }
    }

    /** Whether the connection goes on. */
    private boolean passRequest(Frame frame, OutputStream out) throws IOException, InterruptedException {
        ClientMessage message = proxy.arrived(number, frame);
        follow(frame);
        proxy.passGate();
        if (proxy.cuts(message, WireProxy.Cut.BEFORE_FORWARDING)) {
            out.flush();
            cut();
            return false;
        }
        boolean cutsAfter = proxy.cuts(message, WireProxy.Cut.AFTER_FORWARDING);
        cutAtAnswer = cutsAfter && isAnswered(frame);
        if (frame.asksForEncryption()) {
            frame.discard();
            return !cutsAfter ? refuseEncryption() : cutNow();
        }
        frame.writeTo(out);
        if (cutsAfter) {
            out.flush();
            return isAnswered(frame) ? false : cutNow();
        }
        return true;
    }

    private void follow(Frame frame) {
        if (frame.isStartupMessage()) {
            proxy.beganToTalk(this);
        }
        switch (frame.type()) {
            case ClientMessage.QUERY -> copyWithinQuery = true;
            case ClientMessage.EXECUTE -> copyWithinQuery = false;
            case ClientMessage.TERMINATE -> proxy.fellSilent(this);
            default -> {}
        }
    }

    private boolean cutNow() {
        cut();
        return false;
    }

    private boolean refuseEncryption() throws IOException, InterruptedException {
        proxy.roundTrip(false);
        client.getOutputStream().write(REFUSED);
        return true;
    }

    /** Whether the server answers this message, not only a later one. */
    private boolean isAnswered(Frame frame) {
        return switch (frame.type()) {
            case ClientMessage.QUERY, ClientMessage.SYNC, 'F', 'p' -> true;
            case 'c', 'f' -> copyWithinQuery;
            case Frame.UNTYPED -> frame.isStartupMessage();
            default -> false;
        };
    }

    private void passAnswers() {
        try {
            DataInputStream in = new DataInputStream(new BufferedInputStream(server.getInputStream()));
            OutputStream out = new BufferedOutputStream(client.getOutputStream());
            for (Frame frame = Frame.typed(in); frame != null; frame = Frame.typed(in)) {
                passAnswer(frame, out);
                if (in.available() == 0 && !isDeaf()) {
                    out.flush();
                }
            }
            proxy.passGate();
            endAnswers(out);
        } catch (IOException | InterruptedException e) {
            // A side is gone, or the proxy closes.
            abandon();
        }
    }

    private void passAnswer(Frame frame, OutputStream out) throws IOException, InterruptedException {
        boolean handsOver = handsOver(frame);
        if (handsOver && !isDeaf()) {
            proxy.roundTrip(started);
        }
        started |= frame.type() == 'Z';
        proxy.passGate();
        if (!isDeaf()) {
            frame.writeTo(out);
            return;
        }
        frame.discard();
        if (handsOver) {
            Sockets.reset(client);
        }
    }

    /** Whether the client's ears are shut: what the server says is read, but not passed. */
    private boolean isDeaf() {
        return cut || cutAtAnswer;
    }

    private void endAnswers(OutputStream out) throws IOException {
        if (isDeaf()) {
            Sockets.reset(client);
            return;
        }
        out.flush();
        Sockets.endOutput(client);
        Sockets.close(client);
    }

    /** ReadyForQuery, a request for COPY data, a request for authentication. */
    private static boolean handsOver(Frame frame) {
        return switch (frame.type()) {
            case 'Z', 'G', 'W' -> true;
            case 'R' -> frame.code() != AUTHENTICATION_OK && frame.code() != AUTHENTICATION_SASL_FINAL;
            default -> false;
        };
    }
}
