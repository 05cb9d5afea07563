package dev.migrator.setting;

import dev.migrator.problem.Nearest;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.problem.SafeText;
import java.util.Collection;

/** A name that no setting has: what was meant by it stays without effect, so it is refused. */
public final class UnknownSetting {

    private UnknownSetting() {}

    /**
     * @param source where it was set
     * @param known the names of all settings
     */
    public static Problem problem(String name, String source, Collection<String> known) {
        String nearest = Nearest.of(name.replaceAll("\\[\\d+]", ""), known);
        return Problem.error(
                ProblemCode.INVALID_SETTING,
                SafeText.line(name),
                "There is no such setting (" + SafeText.line(source) + ").",
                nearest == null
                        ? "Remove it, or take its name from the table of settings."
                        : "Probably meant: " + nearest);
    }
}
