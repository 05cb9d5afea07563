package dev.migrator.autoconfigure.gate;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Answers 503 with Retry-After until the schema is complete. */
final class ServletGate implements Filter {

    private final SchemaGate gate;

    ServletGate(SchemaGate gate) {
        this.gate = gate;
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (gate.lets(path((HttpServletRequest) request))) {
            chain.doFilter(request, response);
            return;
        }
        HttpServletResponse answer = (HttpServletResponse) response;
        answer.setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
        answer.setHeader("Retry-After", gate.retryAfter());
        answer.setHeader("Cache-Control", "no-store");
        answer.setContentType("application/problem+json");
        answer.getOutputStream().write(SchemaGate.body());
    }

    /** As the container has normalised it: a path of the application must not pass as one of the actuator's. */
    private static String path(HttpServletRequest request) {
        String rest = request.getPathInfo();
        return rest == null ? request.getServletPath() : request.getServletPath() + rest;
    }
}
