package dev.migrator.autoconfigure.actuate.page;

import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.reactive.handler.AbstractHandlerMapping;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebHandler;
import reactor.core.publisher.Mono;

/** {@link ServletPage} on a reactive server. */
final class ReactivePage extends AbstractHandlerMapping {

    private final Supplier<@Nullable String> path;
    private final Page page = new Page();
    private final WebHandler handler = this::write;

    /** @param path of the endpoint; null where it is not exposed. Asked with each request */
    ReactivePage(Supplier<@Nullable String> path) {
        this.path = path;
        setOrder(ServletPage.BEFORE_ENDPOINTS);
    }

    @Override
    protected Mono<?> getHandlerInternal(ServerWebExchange exchange) {
        HttpMethod method = exchange.getRequest().getMethod();
        boolean looks = method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD);
        String asked = exchange.getRequest().getPath().pathWithinApplication().value();
        return looks && asked.equals(path.get()) && Audience.wantsPage(accepted(exchange))
                ? Mono.just(handler)
                : Mono.empty();
    }

    private static List<MediaType> accepted(ServerWebExchange exchange) {
        try {
            return exchange.getRequest().getHeaders().getAccept();
        } catch (InvalidMediaTypeException e) {
            return List.of();
        }
    }

    private Mono<Void> write(ServerWebExchange exchange) {
        ServerHttpResponse response = exchange.getResponse();
        page.headers().forEach(response.getHeaders()::set);
        byte[] text = page.text();
        response.getHeaders().setContentLength(text.length);
        return response.writeWith(Mono.just(response.bufferFactory().wrap(text)));
    }
}
