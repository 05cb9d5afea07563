package dev.migrator.autoconfigure.webhook;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntUnaryOperator;

/** Who is told: notes what comes and answers as the test wants. */
final class Receiver implements AutoCloseable {

    record Received(String path, String event, String delivery, String timestamp, String signature, String body) {}

    final List<Received> received = new CopyOnWriteArrayList<>();
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    /** So many bytes follow its status, unless the other side hangs up before. */
    volatile long talks;

    /** @param status of the answer to the n-th request, from 1 */
    Receiver(IntUnaryOperator status) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> answer(exchange, status));
        server.start();
    }

    private void answer(HttpExchange exchange, IntUnaryOperator status) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        var headers = exchange.getRequestHeaders();
        received.add(new Received(
                exchange.getRequestURI().toString(),
                headers.getFirst("Migrator-Event"),
                headers.getFirst("Migrator-Delivery"),
                headers.getFirst("Migrator-Timestamp"),
                headers.getFirst("Migrator-Signature"),
                body));
        int code = status.applyAsInt(received.size());
        if (code == 302) {
            exchange.getResponseHeaders().add("Location", url("/elsewhere"));
        }
        if (talks > 0) {
            exchange.sendResponseHeaders(code, 0);
            talk(exchange);
        } else {
            exchange.sendResponseHeaders(code, -1);
        }
        exchange.close();
    }

    private void talk(HttpExchange exchange) throws IOException {
        byte[] block = new byte[1 << 16];
        try (OutputStream out = exchange.getResponseBody()) {
            for (long said = 0; said < talks; said += block.length) {
                out.write(block);
            }
        }
    }

    String url(String path) {
        return "http://localhost:" + server.getAddress().getPort() + path;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
