package dev.migrator.autoconfigure.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the log says of who acted, and from where. */
class ActionAccessTest {

    private static final String KEY = "0123456789abcdef-the-key";

    private final ActionAccess access = new ActionAccess(KEY, new FailedAttempts(System::nanoTime));

    private String operator(@Nullable String principal, @Nullable String key) {
        return access.operator(new ActionRequest(Map.of(), principal, key, "10.1.2.3", false, false));
    }

    /** No header could hold it, and a file that holds a secret often ends with it. */
    @Test
    void aLineBreakAtTheEndOfTheKeyIsNoPartOfIt() {
        ActionAccess ofFile = new ActionAccess(KEY + "\n", new FailedAttempts(System::nanoTime));
        assertThat(ofFile.refusal(new ActionRequest(Map.of(), null, KEY, "10.1.2.3", false, false)))
                .isNull();
    }

    @Test
    void aNameThatSomebodyHasChosenPassesNeitherForTheKeyNorForAPlace() {
        assertThat(operator("alice", null)).isEqualTo("alice from 10.1.2.3");
        assertThat(operator("alice@example.com", null)).isEqualTo("alice@example.com from 10.1.2.3");
        assertThat(operator(null, KEY)).isEqualTo("key from 10.1.2.3");
        assertThat(operator("key", null)).isEqualTo("\"key\" from 10.1.2.3");
        assertThat(operator("alice from 10.9.9.9", null)).isEqualTo("\"alice from 10.9.9.9\" from 10.1.2.3");
        assertThat(operator("a\" from 10.9.9.9 as \"b", null))
                .isEqualTo("\"a\\\" from 10.9.9.9 as \\\"b\" from 10.1.2.3");
        assertThat(operator("a\\\" from 10.9.9.9", null)).isEqualTo("\"a\\\\\\\" from 10.9.9.9\" from 10.1.2.3");
        assertThat(operator("x".repeat(9_000), null)).hasSizeLessThan(300).endsWith("…\" from 10.1.2.3");
    }

    /** What a person who reads the log can't tell from nothing, or from a space. */
    @Test
    void whatNobodySeesInANameIsWrittenOut() {
        assertThat(operator("key\u200b", null)).isEqualTo("\"key\\u200b\" from 10.1.2.3");
        assertThat(operator("key\u00a0from\u00a010.9.9.9", null))
                .isEqualTo("\"key\\u00a0from\\u00a010.9.9.9\" from 10.1.2.3");
        assertThat(operator("key\udb40\udc01", null)).isEqualTo("\"key\\udb40\\udc01\" from 10.1.2.3");
        assertThat(operator("J\u00f6rg", null)).isEqualTo("\"J\u00f6rg\" from 10.1.2.3");
    }
}
