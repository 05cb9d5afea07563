package dev.migrator.sample;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.stereotype.Component;

/** The old system's passwords, which anybody can read, and what becomes of them. */
@Component
class LegacyPasswords {

    static final String MARK = "legacy:";

    /** For a demonstration that starts quickly; a service takes 10 or more. */
    private static final int STRENGTH = 4;

    private final PasswordEncoder bcrypt = new BCryptPasswordEncoder(STRENGTH);

    /** Never with the password in its message: that goes into logs and tables. */
    String toBcrypt(String legacy) {
        String password = new String(decoded(legacy), StandardCharsets.UTF_8);
        if (password.isEmpty()) {
            throw new IllegalArgumentException("the legacy password is empty");
        }
        return "{bcrypt}" + bcrypt.encode(password);
    }

    private static byte[] decoded(String legacy) {
        try {
            return Base64.getDecoder().decode(legacy.substring(MARK.length()));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the legacy password is no Base64");
        }
    }
}
