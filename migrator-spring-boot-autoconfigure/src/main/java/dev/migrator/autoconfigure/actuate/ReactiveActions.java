package dev.migrator.autoconfigure.actuate;

import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
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
    private final MigrationsEndpoint endpoint;
    private final OverviewAnswer overview;

    ReactiveActions(MigrationActions actions, MigrationsEndpoint endpoint, OverviewAnswer overview) {
        this.actions = actions;
        this.endpoint = endpoint;
        this.overview = overview;
    }

    /** As the servlet kind does. */
    @ReadOperation
    Mono<Map<String, Object>> migration(@Selector String name) {
        if (!name.equals(OverviewAnswer.NAME)) {
            return Mono.fromCallable(() -> endpoint.migration(name)).subscribeOn(Schedulers.boundedElastic());
        }
        return Mono.deferContextual(context -> {
            ServerWebExchange exchange = context.get(ExchangeInContext.KEY);
            return request(exchange)
                    .flatMap(asked -> token(exchange, asked)
                            .publishOn(Schedulers.boundedElastic())
                            .map(token -> overview.to(asked, token.orElse(null))));
        });
    }

    private Mono<Optional<Map<String, Object>>> token(ServerWebExchange exchange, ActionRequest asked) {
        return overview.wantsForgeryToken(asked)
                ? ForgeryToken.of(exchange).map(Optional::of).defaultIfEmpty(Optional.empty())
                : Mono.just(Optional.empty());
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
                .map(request -> {
                    ActionAnswer answer = actions.act(action, name, request);
                    overview.forget(answer);
                    return answer.response();
                });
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
                ActionRequest.isFromOtherSite(
                        headers.getFirst(ActionRequest.SITE_HEADER),
                        headers.getFirst(HttpHeaders.ORIGIN),
                        headers.getFirst(HttpHeaders.HOST)));
    }
}
