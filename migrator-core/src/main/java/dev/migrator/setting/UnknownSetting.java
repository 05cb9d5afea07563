package dev.migrator.setting;

import dev.migrator.problem.Nearest;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.SafeText;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** A name that no setting has: what was meant by it stays without effect. */
public final class UnknownSetting {

    private UnknownSetting() {}

    /**
     * Refused.
     *
     * @param source where it was set
     * @param known the names of all settings
     */
    public static Problem problem(String name, String source, Collection<String> known) {
        String nearest = nearest(name, known);
        return Problem.error(
                ProblemCode.INVALID_SETTING,
                SafeText.line(name),
                description(source),
                nearest == null
                        ? "Remove it, or take its name from the table of settings."
                        : "Probably meant: " + nearest);
    }

    /** Refused where it is like one of ours; else it may be a newer release's, or belong to somebody else. */
    public static Problem problemAmongOthers(String name, String source, Collection<String> known) {
        if (nearest(name, known) != null) {
            return problem(name, source, known);
        }
        return Problem.warning(
                ProblemCode.INVALID_SETTING,
                SafeText.line(name),
                description(source),
                "It has no effect here. Remove it, unless it is a newer release's or the service's own.");
    }

    private static @Nullable String nearest(String name, Collection<String> known) {
        return Nearest.of(name.replaceAll("\\[\\d+]", ""), known);
    }

    private static String description(String source) {
        return "There is no such setting (" + SafeText.line(source) + ").";
    }
}
