package dev.migrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is gone, was renamed, or is told twice since a merge kept both sides, is found here and not by a reader. */
class DocumentsTest {

    private static final Path ROOT = Path.of("..");
    private static final int LENGTH_OF_A_SENTENCE = 60;
    private static final Pattern CODE = Pattern.compile("(?ms)^ *```.*?^ *```");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");

    @Test
    void everyLinkOfThePagesLeadsSomewhere() throws IOException {
        List<String> dead = new ArrayList<>();
        int links = 0;
        for (Path page : pages()) {
            for (String link : found(LINK, page)) {
                if (!link.contains("://")) {
                    links++;
                    if (!leadsSomewhere(page, link)) {
                        dead.add(page + ": " + link);
                    }
                }
            }
        }
        assertThat(dead).isEmpty();
        assertThat(links).as("links that were followed").isGreaterThan(50);
    }

    @Test
    void noPageSaysALineTwice() throws IOException {
        List<String> twice = new ArrayList<>();
        for (Path page : pages()) {
            Set<String> before = new HashSet<>();
            withoutCode(page)
                    .lines()
                    .map(String::strip)
                    .filter(line -> line.length() > LENGTH_OF_A_SENTENCE && !before.add(line))
                    .forEach(line -> twice.add(page + ": " + line));
        }
        assertThat(twice).isEmpty();
    }

    private static List<Path> pages() throws IOException {
        try (Stream<Path> root = Files.list(ROOT);
                Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            return Stream.concat(root, docs)
                    .filter(file -> file.toString().endsWith(".md"))
                    .toList();
        }
    }

    private static boolean leadsSomewhere(Path page, String link) throws IOException {
        int hash = link.indexOf('#');
        String file = hash < 0 ? link : link.substring(0, hash);
        Path target = file.isEmpty() ? page : page.resolveSibling(file);
        return Files.exists(target) && (hash < 0 || anchors(target).contains(link.substring(hash + 1)));
    }

    /** As the pages' host makes them of headings. */
    private static Set<String> anchors(Path page) throws IOException {
        return found(HEADING, page).stream()
                .map(heading -> heading.toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N}_ -]", "")
                        .replace(' ', '-'))
                .collect(Collectors.toSet());
    }

    private static List<String> found(Pattern pattern, Path page) throws IOException {
        return pattern.matcher(withoutCode(page))
                .results()
                .map((MatchResult result) -> result.group(1))
                .toList();
    }

    private static String withoutCode(Path page) throws IOException {
        return CODE.matcher(Files.readString(page)).replaceAll("");
    }
}
