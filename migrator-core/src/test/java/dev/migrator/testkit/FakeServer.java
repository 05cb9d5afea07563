package dev.migrator.testkit;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Says at the start of a connection what no server of the tests would say. */
public final class FakeServer implements AutoCloseable {

    private static final int REQUEST_FOR_ENCRYPTION = 80877103;

    private interface Conversation {
        void hold(Socket client, byte[] startup) throws IOException;
    }

    private interface Rewriting {
        byte[] rewrite(char type, byte[] body);
    }

    private final ServerSocket listener;
    private final Conversation conversation;
    private final AtomicInteger connections = new AtomicInteger();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    private FakeServer(Conversation conversation) {
        this.conversation = conversation;
        try {
            this.listener = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        daemon(this::accept);
    }

    /** Answers every start with a fatal error. */
    public static FakeServer thatRefuses(String sqlState, String message) {
        return new FakeServer((client, startup) -> {
            byte[] fields =
                    ("SFATAL\0VFATAL\0C" + sqlState + "\0M" + message + "\0\0").getBytes(StandardCharsets.UTF_8);
            message(new DataOutputStream(client.getOutputStream()), 'E', fields);
            client.close();
        });
    }

    /** Asks whoever starts for a password in clear text, and then waits for it. */
    public static FakeServer thatAsksForAPassword() {
        return new FakeServer((client, startup) -> {
            byte[] clearText = ByteBuffer.allocate(4).putInt(3).array();
            message(new DataOutputStream(client.getOutputStream()), 'R', clearText);
        });
    }

    /** Passes everything on to a real server, but for the version that it tells. */
    public static FakeServer thatClaimsVersion(PostgresServer real, String version) {
        return thatRewrites(real, (type, body) -> {
            boolean told = type == 'S' && new String(body, StandardCharsets.UTF_8).startsWith("server_version\0");
            return told ? ("server_version\0" + version + "\0").getBytes(StandardCharsets.UTF_8) : body;
        });
    }

    /** Passes everything on to a real server, but names another process than the one that works, as a pooler does. */
    public static FakeServer thatPools(PostgresServer real) {
        return thatRewrites(real, (type, body) -> {
            boolean processAndKey = type == 'K';
            return processAndKey ? ByteBuffer.wrap(body.clone()).putInt(0, 4711).array() : body;
        });
    }

    private static FakeServer thatRewrites(PostgresServer real, Rewriting rewriting) {
        return new FakeServer((client, startup) -> {
            Socket server = new Socket(real.host(), real.port());
            DataOutputStream out = new DataOutputStream(server.getOutputStream());
            out.writeInt(startup.length + 4);
            out.write(startup);
            out.flush();
            daemon(() -> copy(client, server));
            answer(server, client, rewriting);
        });
    }

    public int port() {
        return listener.getLocalPort();
    }

    public int connections() {
        return connections.get();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                sockets.add(client);
                daemon(() -> start(client));
            }
        } catch (IOException e) {
            return; // closed
        }
    }

    private void start(Socket client) {
        try {
            DataInputStream in = new DataInputStream(client.getInputStream());
            byte[] startup = in.readNBytes(in.readInt() - 4);
            while (startup.length == 4 && ByteBuffer.wrap(startup).getInt() == REQUEST_FOR_ENCRYPTION) {
                client.getOutputStream().write('N');
                startup = in.readNBytes(in.readInt() - 4);
            }
            connections.incrementAndGet();
            conversation.hold(client, startup);
        } catch (IOException e) {
            return; // the client has gone
        }
    }

    private static void answer(Socket server, Socket client, Rewriting rewriting) throws IOException {
        DataInputStream in = new DataInputStream(server.getInputStream());
        DataOutputStream out = new DataOutputStream(client.getOutputStream());
        while (true) {
            char type = (char) in.readUnsignedByte();
            message(out, type, rewriting.rewrite(type, in.readNBytes(in.readInt() - 4)));
        }
    }

    private static void message(DataOutputStream out, char type, byte[] body) throws IOException {
        out.writeByte(type);
        out.writeInt(body.length + 4);
        out.write(body);
        out.flush();
    }

    private static void copy(Socket from, Socket to) {
        try (to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            in.transferTo(out);
        } catch (IOException e) {
            return; // one of the two has gone
        }
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "fake-server");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
