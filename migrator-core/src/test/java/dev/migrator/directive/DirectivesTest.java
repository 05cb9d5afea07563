package dev.migrator.directive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.Severity;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DirectivesTest {

    private static DirectiveParser.Result parse(String text) {
        return DirectiveParser.parse("003-x.sql", text, true);
    }

    private static Directives good(String text) {
        DirectiveParser.Result result = parse(text);
        assertThat(result.problems()).isEmpty();
        return result.directives();
    }

    private static Problem only(String text) {
        List<Problem> problems = parse(text).problems();
        assertThat(problems).hasSize(1);
        return problems.get(0);
    }

    @Test
    void aFileWithoutDirectivesAsksForNothing() {
        assertThat(good("-- adds a table\nCREATE TABLE t ();")).isEqualTo(Directives.NONE);
        assertThat(good("")).isEqualTo(Directives.NONE);
    }

    @Test
    void everyDirectiveIsRead() {
        Directives read = good("""
                -- migrator: manual, no-transaction repeatable
                -- a word about it
                -- migrator: environments=staging,production lock-timeout=2s,statement-timeout=10min

                --migrator:retries=10 depends="003-a b",004-c
                SELECT 1;
                """);

        assertThat(read.manual()).isTrue();
        assertThat(read.noTransaction()).isTrue();
        assertThat(read.repeatable()).isTrue();
        assertThat(read.environments()).containsExactly("staging", "production");
        assertThat(read.lockTimeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(read.statementTimeout()).isEqualTo(Duration.ofMinutes(10));
        assertThat(read.retries()).isEqualTo(10);
        assertThat(read.depends()).containsExactly("003-a b", "004-c");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-- migrator: manual",
                "--migrator:manual",
                "-- Migrator : manual",
                "---- MIGRATOR: manual ,",
                "\n \t\r\n-- migrator: manual\r\n-- migrator: manual",
                "/* licence /* nested */ -- still */ -- migrator: manual",
                "-- one\r-- migrator: manual"
            })
    void theMarkIsSeenHoweverItIsWritten(String text) {
        assertThat(good(text).manual()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"500ms, PT0.5S", "2s, PT2S", "10min, PT10M", "1h, PT1H", "1d, PT24H", "PT5S, PT5S", "0, PT0S"})
    void durationsAreReadAsPostgresqlWritesThem(String text, Duration expected) {
        assertThat(good("-- migrator: lock-timeout=" + text).lockTimeout()).isEqualTo(expected);
        assertThat(good("-- migrator: lock-timeout = \"" + text + "\"").lockTimeout())
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2", "2m", "-1s", "PT0.0005S", "PT-1S", "30d", "s", "P", "2 s", "99999999999s"})
    void aDurationThatCannotBeMeantIsRefused(String text) {
        Problem problem = only("-- migrator: statement-timeout=\"" + text + "\"");

        assertThat(problem.code()).isEqualTo(ProblemCode.INVALID_DIRECTIVE);
        assertThat(problem.text())
                .isEqualTo("003-x.sql:1: 'statement-timeout' needs a duration, not '" + text
                        + "'.\n  -> Write for example 500ms, 2s, 10min, 1h, PT5S, or 0 for none.");
    }

    @ParameterizedTest
    @CsvSource({
        "manul, Did you mean 'manual'?",
        "Manual, Did you mean 'manual'?",
        "no_transaction, Did you mean 'no-transaction'?",
        "notransaction, Did you mean 'no-transaction'?",
        "environment=a, Did you mean 'environments'?",
        "tea, 'Use one of: manual, no-transaction, repeatable, environments, lock-timeout, statement-timeout, retries, depends, phase, batch.'"
    })
    void anUnknownDirectiveIsAnErrorWithTheNearestWord(String text, String action) {
        Problem problem = only("-- a\n-- migrator: " + text);

        assertThat(problem.code()).isEqualTo(ProblemCode.UNKNOWN_DIRECTIVE);
        assertThat(problem.isError()).isTrue();
        assertThat(problem.subject()).isEqualTo("003-x.sql:2");
        assertThat(problem.description()).isEqualTo("'" + text.replace("=a", "") + "' is not a directive.");
        assertThat(problem.action()).isEqualTo(action);
    }

    @Test
    void aBatchNamesItsTableAndMore() {
        assertThat(good("-- migrator: batch table=public.users key=tenant,id size=500 max-failures=10")
                        .batch())
                .isEqualTo(new BatchDirective("public.users", List.of("tenant", "id"), 500, 10));
        assertThat(good("-- migrator: manual batch table=users size=auto max-failures=all")
                        .batch())
                .isEqualTo(new BatchDirective("users", List.of(), null, Long.MAX_VALUE));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "batch size=100 by=id    | 'by' is no word of batch.",
                "batch size=100          | 'batch' does not say which table.",
                "batch table=t table=u   | 'table' is given twice.",
                "batch table             | 'table' needs a value.",
                "batch table=t size=0    | 'size' is '0', not a number from 1 to 1000000, nor auto.",
                "batch table=t max-failures=some | 'max-failures' is 'some', not a number from 0 to 999999999, nor all."
            })
    void aBatchThatSaysTooLittleOrTooMuchIsRefused(String text, String description) {
        Problem problem = only("-- migrator: " + text);

        assertThat(problem.code()).isEqualTo(ProblemCode.INVALID_DIRECTIVE);
        assertThat(problem.description()).isEqualTo(description);
    }

    @Test
    void aPhaseIsOneOfThree() {
        assertThat(DirectiveParser.parse("f.sql", "-- migrator: phase=post-deploy", true)
                        .directives()
                        .phase())
                .isEqualTo(Phase.POST_DEPLOY);
        assertThat(Directives.NONE.phase()).isEqualTo(Phase.PRE_DEPLOY);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "phase=backgrund | 'phase' needs one of pre-deploy, background, post-deploy, not 'backgrund'."
                        + " | Did you mean phase=background?",
                "phase=never | 'phase' needs one of pre-deploy, background, post-deploy, not 'never'."
                        + " | Write for example phase=background",
                "phase | 'phase' needs one of pre-deploy, background, post-deploy. | Write for example phase=background",
                "manual phase=background | 'phase' contradicts the other one: what is manual runs when a person names it,"
                        + " in no phase. | Keep manual or phase.",
                "phase=post-deploy manual | 'manual' contradicts the other one: what is manual runs when a person names"
                        + " it, in no phase. | Keep manual or phase."
            })
    void aPhaseThatNobodyKnowsIsRefused(String text, String description, String action) {
        Problem problem = only("-- migrator: " + text);

        assertThat(problem.code()).isEqualTo(ProblemCode.INVALID_DIRECTIVE);
        assertThat(problem.isError()).isTrue();
        assertThat(problem.description()).isEqualTo(description);
        assertThat(problem.action()).isEqualTo(action);
    }

    @ParameterizedTest
    @ValueSource(strings = {"allow=drop-table reason=\"not used\""})
    void whatIsPlannedButMissingIsRefusedNotIgnored(String text) {
        Problem problem = only("-- migrator: " + text);

        assertThat(problem.code()).isEqualTo(ProblemCode.INVALID_DIRECTIVE);
        assertThat(problem.isError()).isTrue();
        assertThat(problem.description()).endsWith("is not supported in this version.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "manual=false | 'manual' takes no value.",
                "environments | 'environments' needs names with commas between them.",
                "environments= | 'environments' needs names with commas between them.",
                "environments=a,,b | 'environments' needs names with commas between them.",
                "environments=staging,manual | 'environments' lists 'manual', which is a directive.",
                "retries=many | 'retries' needs a number from 0 to 1000, not 'many'.",
                "retries=1001 | 'retries' needs a number from 0 to 1000, not '1001'.",
                "retries | 'retries' needs a number from 0 to 1000.",
                "lock-timeout | 'lock-timeout' needs a duration.",
                "lock-timeout=\"2s | 'lock-timeout' has a quote that is not closed.",
                "lock-timeout=\"2s\"x | 'lock-timeout' has text directly after its closing quote."
            })
    void aBadValueIsRefused(String text, String description) {
        List<Problem> problems = parse("-- migrator: " + text).problems();

        assertThat(problems.get(0).code()).isEqualTo(ProblemCode.INVALID_DIRECTIVE);
        assertThat(problems.get(0).isError()).isTrue();
        assertThat(problems.get(0).description()).isEqualTo(description);
    }

    @Test
    void aListWithBlanksAfterItsCommasIsExplained() {
        Problem problem = only("-- migrator: environments=staging, production");

        assertThat(problem.code()).isEqualTo(ProblemCode.UNKNOWN_DIRECTIVE);
        assertThat(problem.action())
                .isEqualTo("If it belongs to the list before it, write the list without blanks after its commas.");
    }

    @Test
    void twoValuesForOneDirectiveAreRefusedButNotTheSameTwice() {
        assertThat(good("-- migrator: retries=1 retries=1").retries()).isEqualTo(1);

        Problem problem = only("-- migrator: retries=1\n-- migrator: retries=2");
        assertThat(problem.code()).isEqualTo(ProblemCode.INVALID_DIRECTIVE);
        assertThat(problem.text())
                .isEqualTo("003-x.sql:2: 'retries' is given again with another value than in line 1."
                        + "\n  -> Keep one of them.");
    }

    @Test
    void aForgottenColonIsNotTakenForAComment() {
        assertThat(only("-- migrator manual").text())
                .isEqualTo("003-x.sql:1: looks like a directive but has no colon.\n  -> Write -- migrator: manual");
        assertThat(good("-- migrator runs this file")).isEqualTo(Directives.NONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\r\n\r\n-- migrator:", "\n\n-- migrator:", "\r\r-- migrator:", "/*\r\n*/\r\n-- migrator:"})
    void linesAreCountedWhateverEndsThem(String text) {
        assertThat(only(text).subject()).isEqualTo("003-x.sql:3");
    }

    @Test
    void aLineWithoutADirectiveIsRefused() {
        assertThat(only("-- migrator:").description()).isEqualTo("the line names no directive.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"SELECT 1;\n\n-- migrator: manual\n", "SELECT 1;\n\nSELECT 2; -- migrator: manual"})
    void aDirectiveAfterTheFirstStatementIsRefused(String text) {
        DirectiveParser.Result result = parse(text);

        assertThat(result.directives().manual()).isFalse();
        assertThat(result.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.severity()).isEqualTo(Severity.ERROR);
            assertThat(problem.subject()).isEqualTo("003-x.sql:3");
            assertThat(problem.description()).isEqualTo("a directive after the first statement has no effect.");
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 1;\n\n-- MIGRATOR : manual",
                "SELECT 1;\n-- migrator: thanks to all\n---- migrator: manual",
                "SELECT 1 -- one\r\n\r\n-- migrator: manual\r\n+ 1;",
                "COPY t FROM STDIN;\n\\.\n--migrator:manual",
                "SELECT :from;\nSELECT (\n--migrator:manual"
            })
    void whereverItIsAComment(String text) {
        Problem problem = only(text);

        assertThat(problem.code()).isEqualTo(ProblemCode.LATE_DIRECTIVE);
        assertThat(problem.severity()).isEqualTo(Severity.ERROR);
        assertThat(problem.subject()).isEqualTo("003-x.sql:3");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DO $$\nBEGIN\n-- migrator: manual\nEND $$;",
                "SELECT '\n-- migrator: manual';",
                "SELECT 1; /*\n-- migrator: manual\n*/",
                "SELECT 1; -- as in -- migrator: manual",
                "SELECT 1; -- migrator, see: manual",
                "COPY t FROM STDIN;\n-- migrator: manual\n\\.\n"
            })
    void whatIsNoCommentOfItsOwnIsNoDirective(String text) {
        assertThat(good(text)).isEqualTo(Directives.NONE);
    }

    @Test
    void inALargeFileToo() {
        assertThat(DirectiveParser.parse("003-x.sql", "SELECT 1;\n-- migrator: manual\nSELECT", false)
                        .problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.severity()).isEqualTo(Severity.ERROR));
    }

    @Test
    void whatIsNoDirectiveAnywhereIsAWarningAfterTheFirstStatement() {
        assertThat(only("SELECT 1;\n-- migrator: thanks to all").severity()).isEqualTo(Severity.WARNING);
        assertThat(only("SELECT 1;\n-- migrator:").severity()).isEqualTo(Severity.WARNING);
    }

    @Test
    void aSecondBatchWithOtherWordsIsRefused() {
        assertThat(only("-- migrator: batch table=t\n-- migrator: batch table=u")
                        .text())
                .isEqualTo("003-x.sql:2: 'batch' is given again with other words.\n  -> Keep one of them.");
        assertThat(good("-- migrator: batch table=t\n-- migrator: batch table=t")
                        .batch())
                .isNotNull();
    }

    @Test
    void theWordInsideAStatementIsNoDirective() {
        assertThat(good("INSERT INTO t VALUES ('migrator: manual');\n-- by migrator"))
                .isEqualTo(Directives.NONE);
    }

    @Test
    void aDirectiveInABlockCommentIsAWarning() {
        Problem problem = only("/* licence\n   migrator: manual */\nSELECT 1;");

        assertThat(problem.severity()).isEqualTo(Severity.WARNING);
        assertThat(problem.subject()).isEqualTo("003-x.sql:2");
        assertThat(problem.description()).isEqualTo("a block comment holds no directives.");
    }

    @Test
    void aHeadThatIsCutOffIsTold() {
        DirectiveParser.Result result = DirectiveParser.parse("003-x.sql", "-- migrator: manual\n-- and on", false);

        assertThat(result.directives().manual()).isTrue();
        assertThat(result.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.severity()).isEqualTo(Severity.WARNING));
    }
}
