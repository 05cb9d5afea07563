package dev.migrator.schema;

import java.util.Locale;

/** What a schema is made of, in the order in which the parts may need each other. */
public enum ObjectKind {
    SCHEMA,
    EXTENSION,
    ENUM,
    DOMAIN,
    COMPOSITE,
    RANGE,
    SEQUENCE,
    FUNCTION,
    PROCEDURE,
    AGGREGATE,
    TABLE,
    COLUMN,
    CONSTRAINT,
    INDEX,
    VIEW,
    MATERIALIZED_VIEW,
    TRIGGER,
    RULE,
    POLICY;

    /** As people and the canonical text write it: {@code materialized view}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** Whether it exists only as a part of its table or view. */
    public boolean isPart() {
        return switch (this) {
            case COLUMN, CONSTRAINT, INDEX, TRIGGER, RULE, POLICY -> true;
            default -> false;
        };
    }

    static ObjectKind ofLabel(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT).replace(' ', '_'));
    }
}
