package dev.migrator.autoconfigure.command;

import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.SafeText;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;

/** What a failure of Spring is about, where it is about the command's own settings. */
final class Refusal {

    private Refusal() {}

    /** Null for everything else. */
    static @Nullable MigratorException in(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof MigratorException known) {
                return known;
            }
            if (cause instanceof BindException unreadable) {
                return unreadable(unreadable);
            }
        }
        return null;
    }

    private static MigratorException unreadable(BindException failure) {
        ConfigurationProperty property = failure.getProperty();
        String name = property == null
                ? failure.getName().toString()
                : property.getName().toString();
        boolean secret = name.contains("password") || name.contains("url");
        String value =
                property == null || secret ? "" : "'" + SafeText.line(String.valueOf(property.getValue())) + "' ";
        String origin =
                property == null || property.getOrigin() == null ? "" : " It comes from " + property.getOrigin() + ".";
        return new MigratorException(
                Problem.error(
                        ProblemCode.INVALID_SETTING,
                        name,
                        "Its value " + value + "can't be understood." + origin,
                        "Correct or remove it."),
                failure);
    }
}
