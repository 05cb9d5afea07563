package dev.migrator.autoconfigure.actuate.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.http.MediaType;

class PagePartsTest {

    @Test
    void thePolicyNamesExactlyTheScriptAndTheStyleOfThePage() throws Exception {
        Page page = new Page();
        String text = new String(page.text(), StandardCharsets.UTF_8);
        String policy = String.valueOf(page.headers().get("Content-Security-Policy"));
        for (String tag : List.of("script", "style")) {
            String inside = text.substring(text.indexOf("<" + tag + ">") + tag.length() + 2, text.indexOf("</" + tag));
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(inside.getBytes(StandardCharsets.UTF_8));
            assertThat(policy)
                    .contains(tag + "-src 'sha256-" + Base64.getEncoder().encodeToString(digest) + "'");
        }
    }

    @Test
    void nothingInItBecomesMarkupOrCode() {
        assertThat(new String(new Page().text(), StandardCharsets.UTF_8))
                .doesNotContain("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function(")
                .doesNotContain("localStorage", "sessionStorage", "document.cookie");
    }

    @Test
    void aheadOfTimeItsPartsAreKept() {
        RuntimeHints hints = new RuntimeHints();
        new MigrationsPageConfiguration.Hints().registerHints(hints, null);
        for (String part : List.of("page.html", "page.css", "main.js", "sections.js")) {
            assertThat(RuntimeHintsPredicates.resource().forResource(Page.FOLDER + part))
                    .accepts(hints);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8 | true
                    text/html                                                       | true
                    text/html;q=0.9, application/json;q=0.8                         | true
                    text/html, application/json                                     | false
                    text/html;q=0                                                   | false
                    application/json                                                | false
                    text/html;q=0.5, application/vnd.spring-boot.actuator.v3+json   | false
                    text/*                                                          | false
                    */*                                                             | false
                    """)
    void whoGetsIt(String accept, boolean page) {
        assertThat(Audience.wantsPage(MediaType.parseMediaTypes(accept))).isEqualTo(page);
    }
}
