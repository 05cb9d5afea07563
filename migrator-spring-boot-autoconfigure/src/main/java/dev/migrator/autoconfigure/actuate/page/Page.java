package dev.migrator.autoconfigure.actuate.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The page: one text with its style and its script, the same for everybody. It holds no data; its script asks the endpoint
 * for them. The policy that goes with it lets a browser run that script, and nothing else.
 */
final class Page {

    static final String FOLDER = "dev/migrator/autoconfigure/actuate/page/";

    private static final List<String> SCRIPTS =
            List.of("text.js", "state.js", "sections.js", "migrations.js", "actions.js", "main.js");

    private final byte[] text;
    private final Map<String, String> headers = new LinkedHashMap<>();

    Page() {
        String style = read("page.css");
        StringBuilder script = new StringBuilder("'use strict';\n");
        SCRIPTS.forEach(part -> script.append(read(part)));
        this.text = read("page.html")
                .replace("/*style*/", style)
                .replace("/*script*/", script)
                .getBytes(StandardCharsets.UTF_8);
        headers.put("Content-Type", "text/html;charset=UTF-8");
        headers.put("Content-Security-Policy", policy(hash(style), hash(script.toString())));
        headers.put("X-Content-Type-Options", "nosniff");
        headers.put("X-Frame-Options", "DENY");
        headers.put("Referrer-Policy", "no-referrer");
        headers.put("Cache-Control", "no-store");
        headers.put("Vary", "Accept");
    }

    byte[] text() {
        return text.clone();
    }

    Map<String, String> headers() {
        return Map.copyOf(headers);
    }

    private static String policy(String style, String script) {
        return "default-src 'none'; script-src '" + script + "'; style-src '" + style + "'; connect-src 'self';"
                + " img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    }

    private static String read(String file) {
        try (InputStream in = Page.class.getClassLoader().getResourceAsStream(FOLDER + file)) {
            if (in == null) {
                throw new IllegalStateException(FOLDER + file + " is not on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return "sha256-" + Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
