package dev.migrator.postgres;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.util.Map;
import javax.net.SocketFactory;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/**
 * Sockets that notice within half a minute that the server's machine is gone; the operating system's own keep-alive would
 * begin after two hours. The driver makes them by this class's name.
 */
public final class WatchfulSockets extends SocketFactory {

    /** The same as the server is asked for: see {@link Connector}. */
    private static final Map<SocketOption<Integer>, Integer> SECONDS = Map.of(
            ExtendedSocketOptions.TCP_KEEPIDLE, Connector.KEEP_ALIVE_IDLE,
            ExtendedSocketOptions.TCP_KEEPINTERVAL, Connector.KEEP_ALIVE_INTERVAL,
            ExtendedSocketOptions.TCP_KEEPCOUNT, Connector.KEEP_ALIVE_COUNT);

    @Override
    public Socket createSocket() throws IOException {
        Socket socket = new Socket();
        for (Map.Entry<SocketOption<Integer>, Integer> option : SECONDS.entrySet()) {
            if (socket.supportedOptions().contains(option.getKey())) {
                socket.setOption(option.getKey(), option.getValue());
            }
        }
        return socket;
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port), null);
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort) throws IOException {
        return connected(new InetSocketAddress(host, port), new InetSocketAddress(local, localPort));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port), null);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) throws IOException {
        return connected(new InetSocketAddress(host, port), new InetSocketAddress(local, localPort));
    }

    private Socket connected(SocketAddress to, @Nullable SocketAddress from) throws IOException {
        Socket socket = createSocket();
        if (from != null) {
            socket.bind(from);
        }
        socket.connect(to);
        return socket;
    }
}
