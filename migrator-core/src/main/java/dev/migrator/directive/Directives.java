package dev.migrator.directive;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the comment lines at a file's head ask for: {@code -- migrator: manual lock-timeout=2s}.
 *
 * @param environments where it runs; empty means everywhere
 * @param lockTimeout null leaves it to the settings; zero means none
 * @param statementTimeout null leaves it to the settings; zero means none
 * @param retries null leaves it to the settings
 * @param depends names of migrations that must have succeeded
 * @param phase when it runs, beside a deployment
 * @param batch what table the file's statements walk over, range by range; null where they run once
 */
public record Directives(
        boolean manual,
        boolean noTransaction,
        boolean repeatable,
        Set<String> environments,
        @Nullable Duration lockTimeout,
        @Nullable Duration statementTimeout,
        @Nullable Integer retries,
        List<String> depends,
        Phase phase,
        @Nullable BatchDirective batch) {

    public static final Directives NONE =
            new Directives(false, false, false, Set.of(), null, null, null, List.of(), Phase.PRE_DEPLOY, null);

    public Directives {
        environments =
                environments.isEmpty() ? Set.of() : Collections.unmodifiableSet(new LinkedHashSet<>(environments));
        depends = List.copyOf(depends);
    }

    /** What a migration in code can ask for. */
    public static Directives ofCode(boolean manual, Set<String> environments, List<String> depends, Phase phase) {
        return new Directives(manual, false, false, environments, null, null, null, depends, phase, null);
    }
}
