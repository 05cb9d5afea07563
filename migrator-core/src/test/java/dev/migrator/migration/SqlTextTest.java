package dev.migrator.migration;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqlTextTest {

    private static final int LARGE = SqlText.SMALL + 70_000;

    @TempDir
    Path folder;

    private static SqlText text(byte[] bytes) {
        return SqlText.read("db/003-x.sql", () -> new ByteArrayInputStream(bytes), Long.MAX_VALUE)
                .text();
    }

    private static byte[] bytes(Object... parts) throws IOException {
        var out = new ByteArrayOutputStream();
        for (Object part : parts) {
            out.write(part instanceof byte[] raw ? raw : part.toString().getBytes(UTF_8));
        }
        return out.toByteArray();
    }

    private static String hex(String algorithm, byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
    }

    private static Problem refusal(byte[] bytes) {
        try {
            text(bytes);
        } catch (MigratorException e) {
            return e.first();
        }
        throw new AssertionError("was not refused");
    }

    private static String readAll(SqlText text) throws IOException {
        try (Reader reader = text.open()) {
            StringWriter all = new StringWriter();
            reader.transferTo(all);
            return all.toString();
        }
    }

    @Test
    void theChecksumIsSha256OfThePlainText() throws Exception {
        assertThat(text(bytes("SELECT 'ü';\n")).checksum())
                .hasToString("sha256:" + hex("SHA-256", bytes("SELECT 'ü';\n")));
        assertThat(text(new byte[0]).checksum()).hasToString("sha256:" + hex("SHA-256", new byte[0]));
    }

    @Test
    void markAndLineEndsDoNotChangeTheChecksum() throws Exception {
        byte[] mark = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
        Checksum plain = text(bytes("a\nb\n\nc\n")).checksum();

        assertThat(text(bytes(mark, "a\nb\n\nc\n")).checksum()).isEqualTo(plain);
        assertThat(text(bytes("a\r\nb\r\n\r\nc\r\n")).checksum()).isEqualTo(plain);
        assertThat(text(bytes("a\rb\r\rc\r")).checksum()).isEqualTo(plain);
        assertThat(text(bytes(mark, "a\r\nb\n\rc\r\n")).checksum()).isEqualTo(plain);
        assertThat(text(bytes("a\nb\nc\n")).checksum()).isNotEqualTo(plain);
    }

    @Property(tries = 40)
    void aLargeFileHasTheChecksumOfItsPlainTextWhereverItsPiecesEnd(
            @ForAll @IntRange(min = 0, max = 70_000) int shift, @ForAll boolean mark) throws Exception {
        String unit = "x".repeat(shift) + "ü\r\n😀\r\r\n";
        String stored = unit.repeat(LARGE / unit.getBytes(UTF_8).length + 1);
        byte[] bytes = bytes(mark ? "\uFEFF" : "", stored);
        SqlText text = text(bytes);

        assertThat(text.isLarge()).isTrue();
        assertThat(text.size()).isEqualTo(bytes.length);
        String plain = stored.replace("\r\n", "\n").replace('\r', '\n');
        assertThat(text.checksum()).hasToString("sha256:" + hex("SHA-256", plain.getBytes(UTF_8)));
        assertThat(readAll(text)).isEqualTo(stored);
    }

    @Test
    void whatLiesAcrossTwoPiecesCountsAsOne() throws Exception {
        String tail = "x".repeat(LARGE);
        for (int before = 65_530; before <= 65_540; before++) {
            String head = "x".repeat(before);

            assertThat(text(bytes(head, "\r\n", tail)).checksum())
                    .hasToString("sha256:" + hex("SHA-256", bytes(head, "\n", tail)));
            assertThat(text(bytes(head, "\uFEFF", tail)).checksum())
                    .hasToString("sha256:" + hex("SHA-256", bytes(head, "\uFEFF", tail)));
        }
    }

    @Test
    void theTextIsAsStoredWithoutItsMark() throws IOException {
        assertThat(readAll(text(bytes("\uFEFF", "a\r\nü😀")))).isEqualTo("a\r\nü😀");
        assertThat(text(bytes("\uFFFD is a character")).text()).isEqualTo("\uFFFD is a character");
    }

    @Test
    void latin1IsRefusedWithItsOffset() throws IOException {
        Problem problem = refusal(bytes("-- ü\nSELECT '", "é".getBytes(ISO_8859_1), "';"));

        assertThat(problem.code()).isEqualTo(ProblemCode.NOT_UTF8);
        assertThat(problem.text())
                .isEqualTo("db/003-x.sql: is not UTF-8: the byte 0xE9 at offset 14 begins no valid character."
                        + "\n  -> Save the file as UTF-8.");
    }

    @Test
    void latin1FarIntoALargeFileIsRefusedWithItsOffset() throws IOException {
        for (int offset : new int[] {LARGE, 65_535, 65_536, 65_537, 20_000}) {
            Problem problem =
                    refusal(bytes("\uFEFF", "x".repeat(offset - 3), new byte[] {(byte) 0xE9}, "y".repeat(LARGE)));

            assertThat(problem.code()).isEqualTo(ProblemCode.NOT_UTF8);
            assertThat(problem.description()).contains("0xE9 at offset " + offset + " ");
        }
    }

    @Test
    void aCharacterCutOffAtTheEndIsRefused() throws IOException {
        assertThat(refusal(bytes("ab", new byte[] {(byte) 0xC3})).description()).contains("at offset 2 ");
        assertThat(refusal(bytes("x".repeat(LARGE), new byte[] {(byte) 0xC3})).description())
                .contains("at offset " + LARGE + " ");
    }

    @Test
    void utf16IsRefusedByName() throws IOException {
        assertThat(refusal(bytes(new byte[] {(byte) 0xFF, (byte) 0xFE}, "SELECT".getBytes(UTF_16LE)))
                        .description())
                .isEqualTo("is not UTF-8 but UTF-16, little-endian: it begins with the byte order mark FF FE"
                        + " (see offset 0).");
        assertThat(refusal(bytes(new byte[] {(byte) 0xFE, (byte) 0xFF}, "SELECT".getBytes(UTF_16BE)))
                        .description())
                .contains("UTF-16, big-endian");
        assertThat(refusal("SELECT".getBytes(UTF_16LE)).description()).contains("probably UTF-16");
        assertThat(refusal("SELECT".getBytes(UTF_16BE)).description()).contains("probably UTF-16");
        assertThat(refusal(bytes(
                                new byte[] {(byte) 0xFF, (byte) 0xFE},
                                "S".repeat(LARGE).getBytes(UTF_16LE)))
                        .description())
                .contains("UTF-16, little-endian");
    }

    @Test
    void aSmallFileThatChangedIsRefusedBeforeAnyOfItIsHandedOut() throws IOException {
        Path file = folder.resolve("003-x.sql");
        Files.writeString(file, "SELECT 1;");
        SqlText text = SqlText.read("003-x.sql", () -> Files.newInputStream(file), 1000)
                .text();
        assertThat(text.text()).isEqualTo("SELECT 1;");

        Files.writeString(file, "DROP DATA");

        assertThatThrownBy(text::text).isInstanceOfSatisfying(MigratorException.class, e -> {
            assertThat(e.first().code()).isEqualTo(ProblemCode.FILE_CHANGED);
            assertThat(e.first().text())
                    .isEqualTo("003-x.sql: has changed since it was checked at the start of this run."
                            + "\n  -> Start again, and replace files only while no run is under way.");
        });
        assertThatThrownBy(text::open).isInstanceOf(MigratorException.class);
    }

    @Test
    void aLargeFileThatChangedIsRefusedAtItsEnd() throws IOException {
        Path file = folder.resolve("003-x.sql");
        Files.writeString(file, "x".repeat(LARGE));
        SqlText text = SqlText.read("003-x.sql", () -> Files.newInputStream(file), LARGE)
                .text();

        Files.writeString(file, "x".repeat(LARGE - 1) + "y");

        assertThatThrownBy(() -> readAll(text))
                .isInstanceOfSatisfying(
                        MigratorException.class,
                        e -> assertThat(e.first().code()).isEqualTo(ProblemCode.FILE_CHANGED));
    }

    @Test
    void aFileThatIsGoneIsAProblem() throws IOException {
        Path file = folder.resolve("003-x.sql");
        Files.writeString(file, "SELECT 1;");
        SqlText text = SqlText.read("003-x.sql", () -> Files.newInputStream(file), 1000)
                .text();
        Files.delete(file);

        assertThatThrownBy(text::open)
                .isInstanceOfSatisfying(
                        MigratorException.class,
                        e -> assertThat(e.first().code()).isEqualTo(ProblemCode.UNREADABLE_FILE));
    }

    @Test
    void aFileThatCannotBeOpenedIsAProblem() {
        assertThatThrownBy(() -> SqlText.read(
                        "x.sql",
                        () -> {
                            throw new IOException("denied");
                        },
                        1000))
                .isInstanceOfSatisfying(
                        MigratorException.class,
                        e -> assertThat(e.first().text())
                                .isEqualTo("x.sql: cannot be read (IOException: denied)."
                                        + "\n  -> Check that the file exists and that this process may read it."));
    }

    @Test
    void aFileOverTheLimitIsRefused() {
        for (int size : new int[] {11, LARGE}) {
            assertThatThrownBy(() -> SqlText.read("x.sql", () -> new Repeated(size), size - 1))
                    .isInstanceOfSatisfying(MigratorException.class, e -> {
                        assertThat(e.first().code()).isEqualTo(ProblemCode.FILE_TOO_LARGE);
                        assertThat(e.first().text())
                                .isEqualTo("x.sql: is larger than the limit of " + (size - 1)
                                        + " bytes.\n  -> Raise the limit, or split the file.");
                    });
        }
    }

    @Test
    void aLargeFileIsReadInPiecesNotKept() throws IOException {
        long size = 256L << 20;
        SqlText text =
                SqlText.read("x.sql", () -> new Repeated(size), Long.MAX_VALUE).text();
        assertThat(text.size()).isEqualTo(size);
        assertThat(text.isLarge()).isTrue();
        assertThatThrownBy(text::text).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void checksumsOfOtherToolsMatch() throws Exception {
        byte[] stored = bytes("\uFEFF", "a\r\nb");
        SqlText text = text(stored);

        assertThat(text.matches(text.checksum())).isTrue();
        for (String foreign : new String[] {hex("SHA-256", stored), hex("MD5", stored), hex("MD5", bytes("a\nb"))}) {
            assertThat(text.matches(Checksum.parse(foreign).orElseThrow())).isTrue();
        }
        assertThat(text.matches(Checksum.parse(hex("MD5", bytes("a\nc"))).orElseThrow()))
                .isFalse();
        assertThat(text.matches(Checksum.parse(hex("SHA-256", bytes("a\nc"))).orElseThrow()))
                .isFalse();
    }

    @Test
    void checksumsAreReadInTheirForms() {
        assertThat(Checksum.parse("sha256:" + "0a".repeat(32)))
                .contains(new Checksum(Checksum.Algorithm.SHA256, "0a".repeat(32)));
        assertThat(Checksum.parse("0A".repeat(32)).orElseThrow()).hasToString("sha256:" + "0a".repeat(32));
        assertThat(Checksum.parse("0a".repeat(16)).orElseThrow()).hasToString("md5:" + "0a".repeat(16));
        assertThat(Checksum.parse("md5:" + "0a".repeat(16)).orElseThrow()).hasToString("md5:" + "0a".repeat(16));
        for (String other : new String[] {
            "",
            "0a",
            "sha256:" + "0a".repeat(16),
            "md5:" + "0a".repeat(32),
            "sha512:" + "0a".repeat(32),
            "0g".repeat(32)
        }) {
            assertThat(Checksum.parse(other)).as(other).isEmpty();
        }
    }

    @Test
    void aTextMayComeFromMemory() {
        assertThat(SqlText.of("inline", "SELECT 'ü';").text()).isEqualTo("SELECT 'ü';");
    }

    private static final class Repeated extends InputStream {
        private long left;

        Repeated(long size) {
            this.left = size;
        }

        @Override
        public int read() {
            return left-- > 0 ? 'x' : -1;
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            int count = (int) Math.min(length, left);
            Arrays.fill(target, offset, offset + count, (byte) 'x');
            left -= count;
            return count == 0 && length > 0 ? -1 : count;
        }
    }
}
