package dev.migrator.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MessageTest {

    @Test
    void theServerCountsCharactersWhereWeCountCodeUnits() {
        Message message = new Message();
        message.add("select '😀😀'");
        message.add("select '😀', x");
        int server = message.text().codePointCount(0, message.text().indexOf("x")) + 1;

        int offset = message.offsetOfCharacter(server);

        assertThat(message.text().substring(offset)).startsWith("x");
        assertThat(message.statementAt(offset)).isEqualTo(1);
        assertThat(message.offsetOfCharacter(99)).isEqualTo(message.length());
    }
}
