package dev.migrator.autoconfigure.actuate;

import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The endpoint's actions on a reactive server: as {@link ServletActions}, off the server's own threads. */
@EndpointWebExtension(endpoint = MigrationsEndpoint.class)
final class ReactiveActions {

    private final MigrationActions actions;

    ReactiveActions(MigrationActions actions) {
        this.actions = actions;
    }

    @WriteOperation
    Mono<WebEndpointResponse<Map<String, Object>>> act(@Selector String action) {
        return answer(action, null);
    }

    @WriteOperation
    Mono<WebEndpointResponse<Map<String, Object>>> actOnOne(@Selector String action, @Selector String name) {
        return answer(action, name);
    }

    private Mono<WebEndpointResponse<Map<String, Object>>> answer(String action, @Nullable String name) {
        return Mono.deferContextual(context -> request(context.get(ExchangeInContext.KEY)))
                .publishOn(Schedulers.boundedElastic())
                .map(request -> actions.act(action, name, request).response());
    }

    private static Mono<ActionRequest> request(ServerWebExchange exchange) {
        return exchange.getPrincipal()
                .map(principal -> Optional.ofNullable(ActionRequest.nameOf(principal)))
                .defaultIfEmpty(Optional.empty())
                .map(principal -> request(exchange, principal.orElse(null)));
    }

    private static ActionRequest request(ServerWebExchange exchange, @Nullable String principal) {
        HttpHeaders headers = exchange.getRequest().getHeaders();
        InetSocketAddress address = exchange.getRequest().getRemoteAddress();
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        exchange.getRequest()
                .getQueryParams()
                .forEach((name, values) -> parameters.put(
                        name,
                        values.stream().map(value -> value == null ? "" : value).toList()));
        return new ActionRequest(
                parameters,
                principal,
                headers.getFirst(ActionRequest.KEY_HEADER),
                address == null || address.getAddress() == null
                        ? "unknown"
                        : address.getAddress().getHostAddress(),
                ActionRequest.hasBody(
                        headers.getFirst(HttpHeaders.CONTENT_LENGTH), headers.getFirst(HttpHeaders.TRANSFER_ENCODING)),
                ActionRequest.isFromOtherSite(headers.getFirst(ActionRequest.SITE_HEADER)));
    }
}
