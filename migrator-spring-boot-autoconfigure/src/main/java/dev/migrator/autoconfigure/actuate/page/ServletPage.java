package dev.migrator.autoconfigure.actuate.page;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.reflect.Method;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.util.ReflectionUtils;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.handler.AbstractHandlerMapping;

/** Comes before the endpoints' own mapping, and leaves to it whatever is not the page. */
final class ServletPage extends AbstractHandlerMapping {

    /** The endpoints' own one has -100. */
    static final int BEFORE_ENDPOINTS = -110;

    private final Supplier<@Nullable String> path;
    private final Page page = new Page();
    private final HandlerMethod handler;

    /** @param path of the endpoint; null where it is not exposed. Asked with each request */
    ServletPage(Supplier<@Nullable String> path) {
        this.path = path;
        Method write = Objects.requireNonNull(
                ReflectionUtils.findMethod(ServletPage.class, "write", HttpServletResponse.class));
        this.handler = new HandlerMethod(this, write);
        setOrder(BEFORE_ENDPOINTS);
    }

    @Override
    protected @Nullable Object getHandlerInternal(HttpServletRequest request) {
        boolean looks = HttpMethod.GET.matches(request.getMethod()) || HttpMethod.HEAD.matches(request.getMethod());
        return looks && initLookupPath(request).equals(path.get()) && Audience.wantsPage(accepted(request))
                ? handler
                : null;
    }

    /** What can't be read is left to the endpoint, which says so. */
    private static List<MediaType> accepted(HttpServletRequest request) {
        try {
            return MediaType.parseMediaTypes(Collections.list(request.getHeaders(HttpHeaders.ACCEPT)));
        } catch (InvalidMediaTypeException e) {
            return List.of();
        }
    }

    void write(HttpServletResponse response) throws IOException {
        page.headers().forEach(response::setHeader);
        byte[] text = page.text();
        response.setContentLength(text.length);
        response.getOutputStream().write(text);
    }
}
