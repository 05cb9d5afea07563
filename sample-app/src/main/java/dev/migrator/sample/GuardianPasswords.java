package dev.migrator.sample;

import org.springframework.context.annotation.Lazy;
import org.springframework.stereotype.Component;

@Lazy
@Component(GuardianPasswords.NAME)
class GuardianPasswords extends PasswordBatch {

    static final String NAME = "20251112-guardian-passwords";

    GuardianPasswords(LegacyPasswords passwords) {
        super(NAME, "guardians", passwords);
    }
}
