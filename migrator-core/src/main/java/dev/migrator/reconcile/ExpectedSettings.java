package dev.migrator.reconcile;

import java.util.List;

/** Whether and where an expected schema is looked for. */
public record ExpectedSettings(ExpectedSchemaMode mode, List<String> locations) {

    public static final String DEFAULT_LOCATION = "classpath*:db/expected/";

    public static final ExpectedSettings OFF = new ExpectedSettings(ExpectedSchemaMode.OFF, List.of(DEFAULT_LOCATION));

    public ExpectedSettings {
        locations = List.copyOf(locations);
    }
}
