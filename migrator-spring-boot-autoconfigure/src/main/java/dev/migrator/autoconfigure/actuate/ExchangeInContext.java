package dev.migrator.autoconfigure.actuate;

import org.springframework.core.Ordered;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/** Lets an endpoint's operation see its request. After the filters of Spring Security: these say who asks. */
final class ExchangeInContext implements WebFilter, Ordered {

    static final Class<ServerWebExchange> KEY = ServerWebExchange.class;

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        return chain.filter(exchange).contextWrite(context -> context.put(KEY, exchange));
    }

    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE;
    }
}
