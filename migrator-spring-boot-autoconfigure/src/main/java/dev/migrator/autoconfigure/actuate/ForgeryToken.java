package dev.migrator.autoconfigure.actuate;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * The token that Spring Security wants with each POST, where it protects against forged requests: whoever may read this
 * answer may know it. A page of another site can't read it.
 */
final class ForgeryToken {

    /** Where both kinds leave it; nothing is there in a service without Spring Security. */
    private static final String SERVLET = "org.springframework.security.web.csrf.CsrfToken";

    private static final String REACTIVE = "org.springframework.security.web.server.csrf.CsrfToken";

    private ForgeryToken() {}

    static @Nullable Map<String, Object> of(HttpServletRequest request) {
        Object token = request.getAttribute(SERVLET);
        return token == null ? null : OfServlet.document(token);
    }

    static Mono<Map<String, Object>> of(ServerWebExchange exchange) {
        Object token = exchange.getAttribute(REACTIVE);
        return token instanceof Mono<?> later ? later.map(OfReactive::document) : Mono.empty();
    }

    private static Map<String, Object> document(String header, String token) {
        return Map.of("header", header, "token", token);
    }

    /** Its classes are loaded only where there is a token. */
    private static final class OfServlet {

        static Map<String, Object> document(Object token) {
            CsrfToken known = (CsrfToken) token;
            return ForgeryToken.document(known.getHeaderName(), known.getToken());
        }
    }

    private static final class OfReactive {

        static Map<String, Object> document(Object token) {
            var known = (org.springframework.security.web.server.csrf.CsrfToken) token;
            return ForgeryToken.document(known.getHeaderName(), known.getToken());
        }
    }
}
