package dev.migrator.autoconfigure.actuate.page;

import java.util.List;
import org.springframework.http.MediaType;

/** Who gets the page: whoever names HTML, and nothing with JSON in it that he likes as much. A wildcard names nothing. */
final class Audience {

    private Audience() {}

    static boolean wantsPage(List<MediaType> accepted) {
        double html = quality(accepted, "html");
        return html > 0 && html > quality(accepted, "json");
    }

    private static double quality(List<MediaType> accepted, String word) {
        return accepted.stream()
                .filter(type ->
                        type.getSubtype().equals(word) || type.getSubtype().endsWith("+" + word))
                .mapToDouble(MediaType::getQualityValue)
                .max()
                .orElse(0);
    }
}
