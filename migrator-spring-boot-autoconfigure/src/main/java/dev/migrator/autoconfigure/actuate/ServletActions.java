package dev.migrator.autoconfigure.actuate;

import jakarta.servlet.http.HttpServletRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;
import org.springframework.http.HttpHeaders;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/**
 * The endpoint's actions on a servlet container. The operations have no parameters but those of the path: Spring Boot
 * would demand a JSON body for others, and {@code curl -X POST …/run?dryRun=true} has none.
 */
@EndpointWebExtension(endpoint = MigrationsEndpoint.class)
final class ServletActions {

    private final MigrationActions actions;
    private final MigrationsEndpoint endpoint;
    private final OverviewAnswer overview;

    ServletActions(MigrationActions actions, MigrationsEndpoint endpoint, OverviewAnswer overview) {
        this.actions = actions;
        this.endpoint = endpoint;
        this.overview = overview;
    }

    /** The one thing that is read and depends on who asks; the rest is the endpoint's own. */
    @ReadOperation
    @Nullable
    Map<String, Object> migration(@Selector String name) {
        if (!name.equals(OverviewAnswer.NAME)) {
            return endpoint.migration(name);
        }
        HttpServletRequest request = current();
        ActionRequest asked = request(request);
        return overview.to(asked, overview.wantsForgeryToken(asked) ? ForgeryToken.of(request) : null);
    }

    @WriteOperation
    WebEndpointResponse<Map<String, Object>> act(@Selector String action) {
        return answer(action, null);
    }

    @WriteOperation
    WebEndpointResponse<Map<String, Object>> actOnOne(@Selector String action, @Selector String name) {
        return answer(action, name);
    }

    private WebEndpointResponse<Map<String, Object>> answer(String action, @Nullable String name) {
        ActionAnswer answer = actions.act(action, name, request(current()));
        overview.forget(answer);
        return answer.response();
    }

    /** The dispatcher that calls the endpoint leaves its request there, also on a management port of its own. */
    private static HttpServletRequest current() {
        return ((ServletRequestAttributes) RequestContextHolder.currentRequestAttributes()).getRequest();
    }

    private static ActionRequest request(HttpServletRequest request) {
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        request.getParameterMap().forEach((name, values) -> parameters.put(name, List.of(values)));
        return new ActionRequest(
                parameters,
                ActionRequest.nameOf(request.getUserPrincipal()),
                request.getHeader(ActionRequest.KEY_HEADER),
                request.getRemoteAddr(),
                ActionRequest.hasBody(
                        request.getHeader(HttpHeaders.CONTENT_LENGTH),
                        request.getHeader(HttpHeaders.TRANSFER_ENCODING)),
                ActionRequest.isFromOtherSite(
                        request.getHeader(ActionRequest.SITE_HEADER),
                        request.getHeader(HttpHeaders.ORIGIN),
                        request.getHeader(HttpHeaders.HOST)));
    }
}
