package dev.migrator.command.answer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class JsonTest {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "plain",
                "\"quoted\" and \\ back",
                "line\nbreak\r\ttab\b\f",
                "\u0000\u0001\u001b[31m\u001f",
                "\u007f\u0080\u2028\u2029",
                "żółć 漢字 😀 \ud83d"
            })
    void anyTextIsWrittenAsTheLibraryWritesIt(String text) {
        assertThat(Json.of(Map.of("text", text))).isEqualTo(MAPPER.writeValueAsString(Map.of("text", text)));
    }

    @Test
    void everyCharacterIsReadAsItWas() {
        StringBuilder all = new StringBuilder();
        for (char c = 0; c < Character.MIN_SURROGATE; c++) {
            all.append(c);
        }
        assertThat(MAPPER.readValue(Json.of(List.of(all.toString())), String[].class))
                .containsExactly(all.toString());
    }

    @Test
    void aTreeIsWrittenInItsOrder() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("b", List.of());
        tree.put("a", Map.of("n", -12L));
        tree.put("on", true);
        tree.put("list", List.of(1, "two", List.of(Map.of())));
        tree.put("nothing", null);
        assertThat(Json.of(tree)).isEqualTo(MAPPER.writeValueAsString(tree));
    }
}
