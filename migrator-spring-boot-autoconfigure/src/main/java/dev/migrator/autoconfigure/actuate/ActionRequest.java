package dev.migrator.autoconfigure.actuate;

import java.security.Principal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a request that wants to act shows of itself.
 *
 * @param parameters of the query
 * @param principal who the service's own security says it is, or null
 * @param key what the header developer-key holds, or null
 * @param address where it comes from, as the server sees it
 * @param hasBody whether anything follows the headers
 * @param fromOtherSite whether a browser says that a page of another site sent it
 */
record ActionRequest(
        Map<String, List<String>> parameters,
        @Nullable String principal,
        @Nullable String key,
        String address,
        boolean hasBody,
        boolean fromOtherSite) {

    static final String KEY_HEADER = "developer-key";
    static final String SITE_HEADER = "Sec-Fetch-Site";

    /** Spring Security's stand-in for nobody; its class is not here where nobody uses it. */
    private static final String NOBODY = "AnonymousAuthenticationToken";

    /** Nobody in particular is nobody. */
    static @Nullable String nameOf(@Nullable Principal principal) {
        return principal == null || principal.getClass().getSimpleName().equals(NOBODY) ? null : principal.getName();
    }

    /**
     * A page of this origin, a person's own typing, and everything that is no browser are none of another site's. Browsers
     * send the first header only over https and to their own machine; over http the origin has to be where it goes to.
     */
    static boolean isFromOtherSite(@Nullable String fetchSite, @Nullable String origin, @Nullable String host) {
        if (fetchSite != null) {
            return !fetchSite.equals("same-origin") && !fetchSite.equals("none");
        }
        return origin != null
                && !origin.equalsIgnoreCase("http://" + host)
                && !origin.equalsIgnoreCase("https://" + host);
    }

    /** As its headers announce it. */
    static boolean hasBody(@Nullable String contentLength, @Nullable String transferEncoding) {
        return transferEncoding != null || contentLength != null && !contentLength.equals("0");
    }

    /** A record would print the key. */
    @Override
    public String toString() {
        return "ActionRequest[principal=" + principal + ", address=" + address + "]";
    }
}
