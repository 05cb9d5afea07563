package dev.migrator.sample;

import org.springframework.context.annotation.Lazy;
import org.springframework.stereotype.Component;

@Lazy
@Component(AccountPasswords.NAME)
class AccountPasswords extends PasswordBatch {

    static final String NAME = "20251111-account-passwords";

    AccountPasswords(LegacyPasswords passwords) {
        super(NAME, "accounts", passwords);
    }
}
