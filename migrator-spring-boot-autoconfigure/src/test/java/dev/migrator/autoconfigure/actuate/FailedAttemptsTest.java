package dev.migrator.autoconfigure.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FailedAttemptsTest {

    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5);
    private final FailedAttempts failed = new FailedAttempts(clock::get);

    @Test
    void anAddressIsHeldOffForTheRestOfItsMinuteAndOthersAreNot() {
        for (int i = 0; i < FailedAttempts.ALLOWED; i++) {
            assertThat(failed.areTooMany("a")).isFalse();
            failed.add("a");
        }
        assertThat(failed.areTooMany("a")).isTrue();
        assertThat(failed.areTooMany("b")).isFalse();
        clock.addAndGet(FailedAttempts.WINDOW.toNanos() + 1);
        assertThat(failed.areTooMany("a")).isFalse();
        failed.add("a");
        assertThat(failed.areTooMany("a")).isFalse();
    }

    @Test
    void aFloodOfAddressesIsForgottenFromItsBeginning() {
        for (int i = 0; i < FailedAttempts.ALLOWED; i++) {
            failed.add("first");
        }
        for (int i = 0; i < 2_000; i++) {
            failed.add("address " + i);
        }
        assertThat(failed.areTooMany("first")).isFalse();
    }
}
