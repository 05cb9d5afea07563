package dev.migrator.autoconfigure.environment;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.context.annotation.Conditional;

/**
 * Where a setting is on, or off, in whatever word a setting takes: Spring Boot's own condition compares texts, and knows
 * {@code true} and {@code false} alone, so that {@code yes} would be neither.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Conditional(OnSwitch.class)
public @interface ConditionalOnSwitch {

    String name();

    /** What it must be. */
    boolean is() default true;

    /** What it is where nobody has set it. */
    boolean unset();
}
