package dev.migrator.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import org.junit.jupiter.api.Test;

class SqlReaderLargeTextTest {

    private static final String BLOCK =
            "-- a row\ninsert into t (a, b) values (1, 'text; of a row'), (2, $$body;$$);\n".repeat(100)
                    + "copy t from stdin;\n" + "1\tone\n".repeat(20_000) + "\\.\n";
    private static final int BLOCKS = 400;

    @Test
    void aTextOfAnyLengthPassesPieceByPiece() throws IOException {
        SqlReader reader = new SqlReader(new Repeating(BLOCK, BLOCKS));
        long statements = 0;
        long characters = 0;
        int longest = 0;
        Position behind = Position.START;
        for (SqlPiece piece = reader.next(); piece != null; piece = reader.next()) {
            statements += piece instanceof SqlStatement ? 1 : 0;
            assertThat(piece.start().offset()).isEqualTo(characters);
            characters += piece.source().length();
            longest = Math.max(longest, piece.source().length());
            behind = piece.start();
        }

        assertThat(characters).isEqualTo((long) BLOCK.length() * BLOCKS).isGreaterThan(50_000_000);
        assertThat(statements).isEqualTo(101L * BLOCKS);
        assertThat(longest).isLessThanOrEqualTo(65_536);
        assertThat(behind.line()).isGreaterThan(8_000_000);
    }

    @Test
    void aLongPieceLeavesNoLongWindowBehind() throws IOException {
        Window window = new Window(new Repeating("x".repeat(1000), 4000));
        window.at(1_000_000);
        assertThat(window.capacity()).isGreaterThan(1_000_000);

        window.discard(1_000_000);
        for (int i = 0; i < 2000; i++) {
            window.at(1000);
            window.discard(1000);
        }
        assertThat(window.capacity()).isEqualTo(65_536);
    }

    private static final class Repeating extends Reader {

        private final String block;
        private long left;
        private int next;

        Repeating(String block, int times) {
            this.block = block;
            this.left = (long) block.length() * times;
        }

        @Override
        public int read(char[] target, int from, int length) {
            if (left == 0) {
                return -1;
            }
            int count = (int) Math.min(Math.min(length, block.length() - next), left);
            block.getChars(next, next + count, target, from);
            next = (next + count) % block.length();
            left -= count;
            return count;
        }

        @Override
        public void close() {}
    }
}
