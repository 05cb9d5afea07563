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

    /** What one asker can choose freely gives him no further try. */
    @Test
    void aPortAndTheLowerHalfOfAnAddressDoNotMakeAnotherHost() {
        for (int i = 0; i < FailedAttempts.ALLOWED; i++) {
            failed.add("2001:db8::" + i);
            failed.add("10.1.2.3:" + (40_000 + i));
            failed.add("[2001:db8:9::" + i + "]:" + (40_000 + i));
        }
        assertThat(failed.areTooMany("[2001:db8:9::99]:1")).isTrue();
        assertThat(failed.areTooMany("2001:db8:9::99")).isTrue();
        assertThat(failed.areTooMany("2001:db8:0:0:ffff::1")).isTrue();
        assertThat(failed.areTooMany("2001:db8:0:1::1")).isFalse();
        assertThat(failed.areTooMany("10.1.2.3")).isTrue();
        assertThat(failed.areTooMany("::ffff:10.1.2.3")).isTrue();
        assertThat(failed.areTooMany("10.1.2.4:40000")).isFalse();
    }

    @Test
    void whatIsNoAddressIsCountedAsItIsAndAsksNobodyForAName() {
        for (String odd :
                new String[] {"", "unknown", ":", "a:b", "[::1", "::ffff:10.0.0.1", "x".repeat(9_000) + "1"}) {
            for (int i = 0; i < FailedAttempts.ALLOWED; i++) {
                assertThat(failed.areTooMany(odd)).as(odd).isFalse();
                failed.add(odd);
            }
            assertThat(failed.areTooMany(odd)).as(odd).isTrue();
        }
        assertThat(failed.areTooMany("x".repeat(9_000) + "2")).isTrue();
    }
}
