package dev.migrator.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * A network between client and server that counts, delays and fails on demand. It understands the messages of the
 * protocol, so a fault hits exactly the n-th message and a figure is a property of the client, not of the machine.
 *
 * <p><b>A client message</b> is any message from a client, the untyped ones of the start included; they count from 1
 * over all connections.
 *
 * <p><b>A round trip</b> is one hand-over of the turn from the server to the client that waits for it: a ReadyForQuery
 * or a request for COPY data; while a connection starts, an answer to a request for encryption, each request for
 * authentication, and the first ReadyForQuery. Those of the start are counted apart.
 *
 * <p>Requests for encryption are refused by the proxy itself, in the server's name: it could not read what it forwards
 * otherwise. With {@code sslmode=prefer} the client goes on in clear text, as with a server without TLS.
 */
public final class WireProxy implements AutoCloseable {

    /** On which side of the forwarding a connection is cut. */
    public enum Cut {
        /** The server never sees the message. */
        BEFORE_FORWARDING,
        /** The server has done what the message asks; the client never hears of it. */
        AFTER_FORWARDING
    }

    private final String serverHost;
    private final int serverPort;
    private final ServerSocket listener;

    private final AtomicInteger connectionsOpened = new AtomicInteger();
    private final AtomicInteger maxOpenConnections = new AtomicInteger();
    private final AtomicInteger startupRoundTrips = new AtomicInteger();
    private final AtomicInteger queryRoundTrips = new AtomicInteger();
    private final List<ClientMessage> log = new CopyOnWriteArrayList<>();
    private final Set<WireConnection> open = ConcurrentHashMap.newKeySet();
    private final Set<WireConnection> talking = ConcurrentHashMap.newKeySet();
    private final Gate gate = new Gate();

    private volatile Duration latency = Duration.ZERO;
    private volatile Consumer<ClientMessage> watcher = message -> {};
    private volatile int cutAt;
    private volatile Cut cut = Cut.BEFORE_FORWARDING;

    private WireProxy(String serverHost, int serverPort) {
        this.serverHost = serverHost;
        this.serverPort = serverPort;
        try {
            this.listener = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        daemon("wire-proxy", this::accept).start();
    }

    public static WireProxy to(TestDatabase database) {
        return to(database.server());
    }

    public static WireProxy to(PostgresServer server) {
        return to(server.host(), server.port());
    }

    public static WireProxy to(String serverHost, int serverPort) {
        return new WireProxy(serverHost, serverPort);
    }

    /** Where clients connect, on 127.0.0.1. */
    public int port() {
        return listener.getLocalPort();
    }

    /** A superuser's URL of the database by way of this proxy. */
    public String jdbcUrl(TestDatabase database) {
        return database.jdbcUrlThrough(port());
    }

    public int clientMessages() {
        return log.size();
    }

    public int startupRoundTrips() {
        return startupRoundTrips.get();
    }

    public int queryRoundTrips() {
        return queryRoundTrips.get();
    }

    public int connectionsOpened() {
        return connectionsOpened.get();
    }

    /** Open as its client sees it: from its StartupMessage to its Terminate or its end. */
    public int openConnections() {
        return talking.size();
    }

    /** The most that were open at the same time. */
    public int maxOpenConnections() {
        return maxOpenConnections.get();
    }

    /** All messages from clients, in order of arrival. */
    public List<ClientMessage> log() {
        return List.copyOf(log);
    }

    /** The SQL of all Query and Parse messages; of long texts the head. */
    public List<String> statements() {
        return log.stream()
                .filter(ClientMessage::hasSql)
                .map(ClientMessage::text)
                .toList();
    }

    /** Counts and messages start anew; connections and planned faults stay. */
    public void resetCounts() {
        synchronized (log) {
            log.clear();
        }
        startupRoundTrips.set(0);
        queryRoundTrips.set(0);
        connectionsOpened.set(0);
        maxOpenConnections.set(talking.size());
    }

    /** Each round trip takes this much longer. */
    public WireProxy latency(Duration added) {
        latency = added;
        return this;
    }

    /** Called with each client message before it is forwarded; the message waits for the return. */
    public WireProxy onClientMessage(Consumer<ClientMessage> watcher) {
        this.watcher = watcher;
        return this;
    }

    /**
     * Cuts the connection that brings the n-th client message; the others and later ones live on. The client sees a
     * reset, the server the end of the stream after everything that was forwarded, so that what the server did does not
     * depend on luck.
     */
    public WireProxy cutAtClientMessage(int n, Cut side) {
        cut = side;
        cutAt = n;
        return this;
    }

    /** From now on nothing passes in either direction and nobody is told; connecting succeeds and leads nowhere. */
    public void blackHole() {
        gate.shut();
    }

    /** Ends a {@link #blackHole}; what was held up passes now, as after a repaired route. */
    public void heal() {
        gate.open();
    }

    @Override
    public void close() {
        Sockets.close(listener);
        gate.dismantle();
        open.forEach(WireConnection::abandon);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                start(listener.accept());
            } catch (IOException e) {
                // Closed, or a client that went away while connecting; the loop's condition tells them apart.
                continue;
            }
        }
    }

    private void start(Socket client) {
        WireConnection connection = new WireConnection(this, connectionsOpened.incrementAndGet(), client);
        open.add(connection);
        daemon("wire-proxy client", connection::serve).start();
    }

    Socket connectToServer() throws IOException {
        Socket server = new Socket(serverHost, serverPort);
        server.setTcpNoDelay(true);
        return server;
    }

    /** Numbers and remembers a message. */
    ClientMessage arrived(int connection, Frame frame) {
        ClientMessage message;
        synchronized (log) {
            message = new ClientMessage(log.size() + 1, connection, frame.type(), frame.text());
            log.add(message);
        }
        watcher.accept(message);
        return message;
    }

    boolean cuts(ClientMessage message, Cut side) {
        return message.number() == cutAt && side == cut;
    }

    /** Before the server's answer is passed on. */
    void roundTrip(boolean started) throws InterruptedException {
        (started ? queryRoundTrips : startupRoundTrips).incrementAndGet();
        Thread.sleep(latency.toMillis());
    }

    void passGate() throws InterruptedException {
        gate.pass();
    }

    void beganToTalk(WireConnection connection) {
        talking.add(connection);
        maxOpenConnections.accumulateAndGet(talking.size(), Math::max);
    }

    void fellSilent(WireConnection connection) {
        talking.remove(connection);
    }

    void ended(WireConnection connection) {
        talking.remove(connection);
        open.remove(connection);
    }

    static Thread daemon(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }
}
