package dev.migrator.autoconfigure.actuate;

import dev.migrator.problem.SafeText;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who may act: whom the service's security knows, and who shows the key. */
final class ActionAccess {

    private static final Logger log = LoggerFactory.getLogger(ActionAccess.class);
    private static final String SUBJECT = "/actuator/migrations";
    private static final int SHORT = 16;
    private static final String BY_KEY = "key";
    private static final int LONGEST_NAME = 200;

    /** What ASCII can print, but the space, the quote and the backslash: nothing in it looks like something else. */
    private static final Pattern PLAIN_NAME = Pattern.compile("[!#-\\[\\]-~]{1," + LONGEST_NAME + "}");

    /** Spaces that look like the usual one or like none, and what shows nothing; half a character, where one was cut. */
    private static final Pattern UNSEEN = Pattern.compile("[\\p{Z}\\p{Cf}\\p{Cs}&&[^ ]]");

    private final byte @Nullable [] key;
    private final FailedAttempts failed;

    /** @param key null or empty is none */
    ActionAccess(@Nullable String key, FailedAttempts failed) {
        // what a header can't hold is no part of it: the line break at the end of a secret's file
        this.key = key == null || key.isBlank() ? null : digest(key.strip());
        this.failed = failed;
        if (key != null && this.key != null && key.length() < SHORT) {
            log.warn(
                    "migrator.endpoint.key (DEVELOPER_KEY) has less than {} characters: take a longer one, made by a"
                            + " generator",
                    SHORT);
        }
    }

    /** Whether somebody who types the right key may act. */
    boolean takesKey() {
        return key != null;
    }

    /** Null for those who may. */
    @Nullable
    ActionAnswer refusal(ActionRequest request) {
        if (key == null || request.key() == null) {
            return ofPrincipal(request);
        }
        return switch (look(request, key)) {
            case RIGHT -> null;
            case WRONG -> {
                log.warn(
                        "A request from {} to the endpoint migrations had a wrong key",
                        SafeText.line(request.address()));
                yield forbidden(
                        "The key in the header " + ActionRequest.KEY_HEADER + " is not the right one.", "Correct it.");
            }
            case NOT_LOOKED_AT ->
                ActionAnswer.refused(
                        ActionAnswer.TOO_MANY_REQUESTS,
                        SUBJECT,
                        "Too many wrong keys came from " + SafeText.line(request.address())
                                + ", so no key from there is looked at for a while, not even the right one.",
                        "Wait " + FailedAttempts.WINDOW.toSeconds()
                                + " seconds, then send the right one; or act from another address, or with the command line.");
        };
    }

    private enum Key {
        RIGHT,
        WRONG,
        NOT_LOOKED_AT
    }

    private Key look(ActionRequest request, byte[] expected) {
        // one at a time: of many at once each would be looked at before the first is counted
        synchronized (failed) {
            if (failed.areTooMany(request.address())) {
                return Key.NOT_LOOKED_AT;
            }
            if (MessageDigest.isEqual(expected, digest(String.valueOf(request.key())))) {
                return Key.RIGHT;
            }
            failed.add(request.address());
            return Key.WRONG;
        }
    }

    private @Nullable ActionAnswer ofPrincipal(ActionRequest request) {
        if (request.principal() == null) {
            return forbidden(
                    key == null
                            ? "Nobody is authenticated, and there is no migrator.endpoint.key (DEVELOPER_KEY)."
                            : "Nobody is authenticated, and the header " + ActionRequest.KEY_HEADER + " is missing.",
                    key == null
                            ? "Protect the endpoint with Spring Security, or set a key and send it in the header "
                                    + ActionRequest.KEY_HEADER + "."
                            : "Send the key in that header.");
        }
        // a page elsewhere can make a browser send a form, with the cookies of this site
        return request.fromOtherSite()
                ? forbidden(
                        "A page of another site sent this.", "Send it from the service's own pages, or with the key.")
                : null;
    }

    private static ActionAnswer forbidden(String description, String action) {
        return ActionAnswer.refused(ActionAnswer.FORBIDDEN, SUBJECT, description, action);
    }

    /** For the log, where who acted stands for ever. */
    String operator(ActionRequest request) {
        boolean byKey = key != null && request.key() != null;
        String who = byKey ? BY_KEY : name(String.valueOf(request.principal()));
        return SafeText.line(who + " from " + request.address());
    }

    /** A name that somebody has chosen may neither pass for the key, nor for a place, nor push the place out of sight. */
    private static String name(String principal) {
        boolean plain = PLAIN_NAME.matcher(principal).matches() && !principal.equals(BY_KEY);
        String bounded = principal.length() > LONGEST_NAME ? principal.substring(0, LONGEST_NAME) + "…" : principal;
        return plain ? bounded : '"' + visible(bounded.replace("\\", "\\\\").replace("\"", "\\\"")) + '"';
    }

    private static String visible(String text) {
        return UNSEEN.matcher(text)
                .replaceAll(found -> found.group()
                        .chars()
                        .mapToObj(unit -> String.format(Locale.ROOT, "\\\\u%04x", unit))
                        .collect(Collectors.joining()));
    }

    /** Of one length, so that comparing two takes the same time whatever they are. */
    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
