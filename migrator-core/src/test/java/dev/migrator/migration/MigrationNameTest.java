package dev.migrator.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.migrator.directive.DirectiveParser;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.ProblemCode;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MigrationNameTest {

    @ParameterizedTest
    @CsvSource({
        "20250202-add-customer-fields, 20250202, add customer fields",
        "20250813120000_add_user_preferences, 20250813120000, add user preferences",
        "003-add-reset-token-fields, 003, add reset token fields",
        "003__-_a--b, 003, a b",
        "003- a, 003, a",
        "V2_1__create_table, 2.1, create table",
        "V2.1.10__x, 2.1.10, x",
        "V1__2__x, 1, 2 x",
        "R__views of sales, '', views of sales",
        "1700000000-epoch, 1700000000, epoch",
        "123456789012345678-longest, 123456789012345678, longest"
    })
    void eachFormHasAVersionAndATitle(String value, String version, String title) {
        MigrationName name = MigrationName.of(value);

        assertThat(name.value()).isEqualTo(value);
        assertThat(name.version()).isEqualTo(version);
        assertThat(name.title()).isEqualTo(title);
        assertThat(name.isRepeatableName()).isEqualTo(value.startsWith("R"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"003-it's \"quoted\"", "003-<script>", "003-ü😀", "003-a b"})
    void namesMayHoldWhatOutputsMustEscape(String value) {
        assertThat(MigrationName.of(value).value()).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource({
        "2-add, has fewer than three digits, 002-add",
        "02-add, has fewer than three digits, 002-add",
        "003add, has no - or _ after its digits, 003-add",
        "003 add, has no - or _ after its digits, 003-add",
        "003, has no - or _ after its digits,",
        "003-, has nothing after its digits that says what it does,",
        "v2__x, begins with a lower-case v, V2__x",
        "v2_x, begins with a lower-case v, V2__x",
        "V2_x, has no double underscore after V2, V2__x",
        "V2-x, has no double underscore after V2, V2__x",
        "V2_1_x, has no double underscore after V2_1, V2_1__x",
        "V2, has no double underscore after V2,",
        "V2__, has nothing after its double underscore that says what it does,",
        "r__x, begins with a lower-case r, R__x",
        "R_x, has no double underscore after R, R__x",
        "add-users, 'begins neither with a date, a timestamp or a number, nor with V or R__',",
        "٠٠٣-arabic-digits, 'begins neither with a date, a timestamp or a number, nor with V or R__',",
        "'', has no name,"
    })
    void aTextWithoutAFormIsToldWhatItLacks(String value, String lacks, String nearest) {
        assertThat(MigrationName.read(value)).isEqualTo(new NameReading.Unfit(lacks, nearest));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"20250231-x", "20250230-x", "19000229-x", "20251301-x", "20250100-x", "18991231-x", "30000101-x"
            })
    void eightDigitsMustBeADayThatExists(String value) {
        assertThat(MigrationName.read(value))
                .isEqualTo(new NameReading.Invalid(
                        "begins with " + value.substring(0, 8) + ", which is not a date",
                        "Name a day or second that exists; a number needs fewer digits."));
    }

    @ParameterizedTest
    @ValueSource(strings = {"20250202240000-x", "20250202126000-x", "20250202120060-x", "20250231120000-x"})
    void fourteenDigitsMustBeASecondThatExists(String value) {
        assertThat(MigrationName.read(value))
                .isEqualTo(new NameReading.Invalid(
                        "begins with " + value.substring(0, 14) + ", which is not a date and time",
                        "Name a day or second that exists; a number needs fewer digits."));
    }

    @ParameterizedTest
    @ValueSource(strings = {"20240229-leap", "20000229-leap", "19000101-first", "29991231-last", "20250202235959-x"})
    void daysAtTheEdgeExist(String value) {
        assertThat(MigrationName.read(value)).isInstanceOf(NameReading.Valid.class);
    }

    @ParameterizedTest
    @CsvSource({
        "'003-a\nb', has a line break in its name",
        "'003-a\u001b[2J', has a control character (U+001B) in its name",
        "'003-a\u0085b', has a control character (U+0085) in its name",
        "003-a/b, has a slash in its name",
        "003-a\\b, has a slash in its name",
        "'003-a\u202egpj', has an invisible character that turns the direction of text (U+202E) in its name",
        "'003-a\u2067b', has an invisible character that turns the direction of text (U+2067) in its name",
        "'003-a\ufffdb', has a character that could not be decoded (U+FFFD) in its name"
    })
    void charactersThatForgeOutputAreRefused(String value, String reason) {
        assertThat(MigrationName.read(value))
                .isInstanceOfSatisfying(
                        NameReading.Invalid.class,
                        invalid -> assertThat(invalid.reason()).isEqualTo(reason));
    }

    @Test
    void halfACharacterIsRefused() {
        assertThat(MigrationName.read("003-a\ud83d")).isInstanceOf(NameReading.Invalid.class);
        assertThat(MigrationName.read("003-\ude00a")).isInstanceOf(NameReading.Invalid.class);
    }

    @Test
    void twoHundredCharactersAreTheMostAndAnEmojiIsOne() {
        assertThat(MigrationName.read("003-" + "😀".repeat(196))).isInstanceOf(NameReading.Valid.class);
        assertThat(MigrationName.read("003-" + "😀".repeat(197)))
                .isEqualTo(
                        new NameReading.Invalid("has a name of 201 characters; 200 is the most", "Shorten the name."));
    }

    @Test
    void tooManyDigitsAreRefusedNotOverflown() {
        assertThat(MigrationName.read("1234567890123456789-x")).isInstanceOf(NameReading.Invalid.class);
        assertThat(MigrationName.read("V1_1234567890123456789__x")).isInstanceOf(NameReading.Invalid.class);
    }

    @Test
    void aRefusedNameCarriesItsProblem() {
        assertThatThrownBy(() -> MigrationName.of("2-add")).isInstanceOfSatisfying(MigratorException.class, e -> {
            assertThat(e.first().code()).isEqualTo(ProblemCode.INVALID_NAME);
            assertThat(e.first().text())
                    .isEqualTo("2-add: it has fewer than three digits.\n  -> Probably meant: 002-add");
        });
        assertThatThrownBy(() -> MigrationName.of("003-a\nforged log line"))
                .hasMessage("003-a\\u000Aforged log line: it has a line break in its name.\n  -> Rename it.");
    }

    @Test
    void numbersComeBeforeDatesAndRepeatableNamesLast() {
        Stream<String> sorted = Stream.of(
                        "R__a",
                        "20250202-b",
                        "20250202000000-a",
                        "20250202-c",
                        "20250201235959-z",
                        "V20250203__x",
                        "V20250202.1__x",
                        "1000-a",
                        "0999-b",
                        "123456789012345678-a",
                        "V2_10__a",
                        "V2_9__a",
                        "003-a",
                        "V2__z")
                .map(MigrationName::of)
                .sorted()
                .map(MigrationName::value);

        assertThat(sorted)
                .containsExactly(
                        "V2__z",
                        "V2_9__a",
                        "V2_10__a",
                        "003-a",
                        "0999-b",
                        "1000-a",
                        "123456789012345678-a",
                        "20250201235959-z",
                        "20250202-b",
                        "20250202-c",
                        "20250202000000-a",
                        "V20250202.1__x",
                        "V20250203__x",
                        "R__a");
    }

    @Test
    void namesOfOneVersionGoByCodePointAsTheDatabaseDoes() {
        assertThat(MigrationName.of("003-\uFFFC")).isLessThan(MigrationName.of("003-😀"));
        assertThat(MigrationName.of("003-Z")).isLessThan(MigrationName.of("003-a"));
        assertThat(MigrationName.of("003-a")).isLessThan(MigrationName.of("003-ab"));
    }

    @Test
    void aVersionIsTheSameHoweverItIsWritten() {
        assertThat(MigrationName.of("V2_1__a").hasVersionOf(MigrationName.of("V2.1.0__b")))
                .isTrue();
        assertThat(MigrationName.of("20250202-a").hasVersionOf(MigrationName.of("20250202000000-b")))
                .isTrue();
        assertThat(MigrationName.of("V2_1__a").hasVersionOf(MigrationName.of("V2_2__a")))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"tr", "ar-u-nu-arab", "th-TH-u-ca-buddhist-nu-thai"})
    void noLocaleChangesTheGrammar(String tag) {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag(tag));
        try {
            assertThat(MigrationName.of("20250202-INIT").version()).isEqualTo("20250202");
            assertThat(MigrationName.read("003-a\u0007"))
                    .isEqualTo(new NameReading.Invalid("has a control character (U+0007) in its name", "Rename it."));
            assertThat(Checksum.parse("SHA256:" + "A".repeat(64)).orElseThrow())
                    .hasToString("sha256:" + "a".repeat(64));
            assertThat(Checksum.parse("MD5:" + "A".repeat(32)).orElseThrow()).hasToString("md5:" + "a".repeat(32));
            assertThat(DirectiveParser.parse("x.sql", "-- MIGRATOR: statement-timeout=10min", true)
                            .problems())
                    .isEmpty();
            assertThat(DirectiveParser.parse("x.sql", "-- migrator: RETRIES=1", true)
                            .problems())
                    .first()
                    .satisfies(problem -> assertThat(problem.action()).isEqualTo("Did you mean 'retries'?"));
        } finally {
            Locale.setDefault(before);
        }
    }
}
