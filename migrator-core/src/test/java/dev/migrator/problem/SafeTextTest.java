package dev.migrator.problem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafeTextTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql://host/db?user=me&password=hunter2&ssl=true",
                "jdbc:postgresql://host/db?sslpassword=hunter2",
                "PGPASSWORD = hunter2",
                "passwd='hunter2'",
                "postgres://me:hunter2@host:5432/db",
                "postgres://me:hunter2@host:5432,other:5433/db",
                "CREATE ROLE r LOGIN PASSWORD 'hunter2'",
                "ALTER USER u ENCRYPTED PASSWORD E'hunter2'",
                "alter user u password $$hunter2$$",
                "alter user u password $x$hunter2$x$ valid until 'tomorrow'",
                "ALTER USER u PASSWORD 'it''s hunter2'",
                "ALTER USER u PASSWORD 'hunter2 without an end",
                "CREATE ROLE r PASSWORD'hunter2'",
                "CREATE ROLE r PASSWORD /* of the night */ 'hunter2'",
                "CREATE ROLE r PASSWORD -- of the night\n 'hunter2'",
                "CREATE ROLE r PASSWORD 'first'\n'hunter2' LOGIN",
                "alter user u password $x$hunter2 without an end",
                "CREATE USER MAPPING FOR u SERVER s OPTIONS (\"user\" 'x', \"password\" 'hunter2')",
                "ALTER USER MAPPING FOR u SERVER s OPTIONS (SET password 'hunter2')",
                "CREATE SUBSCRIPTION s CONNECTION 'host=h user=u password=hunter2' PUBLICATION p",
                "SELECT dblink_connect('c', 'postgresql://u:hunter2@h/db')",
                "SET shop.password TO 'hunter2'",
                "SELECT connect(password => 'hunter2')",
                "SELECT set_config('shop.password', 'hunter2', false)",
                "DO $$ BEGIN EXECUTE 'CREATE USER u PASSWORD ''hunter2'''; END $$",
                "EXECUTE format('CREATE USER u PASSWORD %L', 'hunter2')",
                "EXECUTE 'CREATE USER u PASSWORD ' || quote_literal('hunter2')",
                "INSERT INTO setting VALUES ('{\"smtp_password\": \"hunter2\"}')",
                "passphrase = hunter2",
            })
    void noFormOfASecretGetsThrough(String text) {
        assertThat(SafeText.of(text)).doesNotContain("hunter2").contains("***");
        assertThat(SafeText.line(text)).doesNotContain("hunter2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "plain",
                "a@b.c is a mail address",
                "ALTER TABLE passport ADD seen date",
                "<b>ü€😀</b>",
                "password authentication failed for user \"shop\"",
                "COMMENT ON COLUMN u.password IS 'a hash'",
                "column \"password\" of relation 'x' does not exist"
            })
    void whatHoldsNoSecretStaysAsItIs(String text) {
        assertThat(SafeText.of(text)).isSameAs(text);
        assertThat(SafeText.line(text)).isSameAs(text);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            invalid input syntax for type integer: "Ann" | invalid input syntax for type integer: ***
            ERROR: malformed record literal: "{"name": "Ann"}" | ERROR: malformed record literal: ***
            value "4111-1111" is out of range for type integer | value *** is out of range for type integer
            date field value out of range: 1990-02-31 | date field value out of range: ***
            ungültige Eingabesyntax für Typ integer: »Ann« | ungültige Eingabesyntax für Typ integer: ***
            invalid byte sequence for encoding "UTF8": 0xe9 0x41 | invalid byte sequence for encoding "UTF8": ***
            Bad value for type int : Ann | Bad value for type int : ***
            reached maximum value of sequence "s_seq" (9) | reached maximum value of sequence "s_seq" (9)
            division by zero | division by zero""")
    void valuesOfRowsAreNotRepeated(String message, String told) {
        assertThat(SafeText.withoutValues(message, "22P02")).isEqualTo(told);
        assertThat(SafeText.withoutValues(message, "42703")).isEqualTo(message);
    }

    @Test
    void controlAndBidirectionalCharactersAreShownAndNotObeyed() {
        assertThat(SafeText.line("a\r\nb\tc\u001b[31m\u202ed\u2066\u200e\u2028\u0085"))
                .isEqualTo("a\\r\\nb\\tc\\u001b[31m\\u202ed\\u2066\\u200e\\u2028\\u0085");
    }

    @Test
    void aLongerTextKeepsItsLinesAndTabs() {
        assertThat(SafeText.of("a\n\tb\rc")).isEqualTo("a\n\tb\\rc");
    }

    @Test
    void aTextHasABound() {
        assertThat(SafeText.of("x".repeat(10_000))).hasSizeLessThan(4_100).endsWith("… (cut)");
        assertThat(SafeText.line("x".repeat(10_000))).hasSizeLessThan(4_100).endsWith("…");
    }

    /** The server repeats the word that it can't read, and by itself that is no secret. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE USER u PASSWORD hunter2",
                "/* the app's */ CREATE USER u PASSWORD hunter2",
                "DO $$ BEGIN EXECUTE 'CREATE USER u PASSWORD hunter2'; END $$",
                "DO $$ BEGIN EXECUTE 'ALTER ROLE u PASSWORD ''hunter2'; END $$",
                "DO $$ BEGIN EXECUTE 'ALTER ROLE u PASSWORD $x$hunter2$x$'; END $$",
            })
    void whatAStatementCallsAPasswordIsMaskedWhereTheServerRepeatsIt(String statement) {
        assertThat(SafeText.withoutPasswordsOf(statement, "syntax error at or near \"hunter2\""))
                .isEqualTo("syntax error at or near \"***\"");
    }

    @Test
    void eachPasswordOfAStatementIsMasked() {
        String statement =
                "DO $$ BEGIN EXECUTE 'CREATE USER a PASSWORD one'; EXECUTE 'CREATE USER b'; SELECT password two;"
                        + " EXECUTE 'ALTER USER c PASSWORD null'; EXECUTE 'CREATE USER d PASSWORD three CREATE USER e PASSWORD four'; END $$";
        assertThat(SafeText.withoutPasswordsOf(statement, "one two null three four"))
                .isEqualTo("*** two null *** ***");
    }

    /** A seed of names of rights, in one statement of some megabytes that the server has refused. */
    @ParameterizedTest
    @ValueSource(strings = {"('create user'), ", "('alter role', 'password'), ", "('create user u password p'), "})
    void aLongStatementTakesNoLongTime(String row) {
        String statement = "INSERT INTO rights VALUES " + row.repeat(4_000_000 / row.length());
        assertThat(assertTimeoutPreemptively(
                        Duration.ofMinutes(1), () -> SafeText.withoutPasswordsOf(statement, "refused")))
                .isEqualTo("refused");
    }

    @Test
    void aTableWithPasswordsIsToldAsItIs() {
        String message = "type \"text\" is no type";
        assertThat(SafeText.withoutPasswordsOf("ALTER TABLE u ADD password text", message))
                .isEqualTo(message);
    }

    @Test
    void aPasswordQuotedWithinALiteralIsMasked() {
        assertThat(SafeText.line("SELECT dblink('dbname=x password=''my hunter2'' port=1')"))
                .doesNotContain("hunter2");
        assertThat(SafeText.line("SELECT dblink('dbname=x password=''hunter2'' port=1')"))
                .isEqualTo("SELECT dblink('dbname=x password=*** port=1')");
    }
}
