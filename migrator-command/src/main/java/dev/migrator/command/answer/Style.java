package dev.migrator.command.answer;

/** What a colour says; without colours the words alone say it. */
public enum Style {
    GOOD("32"),
    WAITING("33"),
    BAD("31"),
    ASIDE("2"),
    STRONG("1");

    private final String code;

    Style(String code) {
        this.code = code;
    }

    String of(String text) {
        return "\u001b[" + code + "m" + text + "\u001b[0m";
    }
}
