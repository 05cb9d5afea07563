package dev.migrator.cli;

import dev.migrator.Migrator;
import dev.migrator.MigratorBuilder;
import dev.migrator.cli.Options.Setting;
import dev.migrator.plan.PlanOptions;
import dev.migrator.plan.PlanOptions.OnFinding;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problems;
import dev.migrator.setting.SettingText;
import dev.migrator.source.SourceOptions;
import dev.migrator.source.UnknownFiles;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The engine's settings while they are read, one after the other. */
final class Draft {

    final MigratorBuilder builder = Migrator.builder().application("command line");

    @Nullable
    String url;

    @Nullable
    String username;

    @Nullable
    String password;

    @Nullable
    List<String> locations;

    Set<String> environments = Set.of();
    int retries = 3;
    Duration retryDelay = Duration.ofSeconds(5);
    UnknownFiles unknownFiles = UnknownFiles.WARN;
    OnFinding checksumMismatch = OnFinding.WARN;
    OnFinding missing = OnFinding.WARN;
    OnFinding outOfOrder = OnFinding.WARN;

    /** Every setting that can't be understood is named at once. */
    static Draft of(Map<String, Setting> settings) {
        Draft draft = new Draft();
        Problems problems = new Problems();
        for (Property property : Property.values()) {
            Setting setting = settings.get(property.text());
            if (setting != null) {
                try {
                    property.apply(draft, text(property.text(), setting));
                } catch (MigratorException e) {
                    problems.addAll(e.problems());
                }
            }
        }
        problems.throwIfErrors();
        return draft;
    }

    private static SettingText text(String property, Setting setting) {
        return new SettingText(
                property,
                "The setting " + property + " (from " + setting.source() + ")",
                "Correct or remove it: " + setting.source() + ".",
                setting.text());
    }

    MigratorBuilder builder() {
        SourceOptions source = SourceOptions.DEFAULTS;
        return builder.connectionRetry(retries, retryDelay)
                .sourceOptions(new SourceOptions(unknownFiles, source.followLinksOutside(), source.maxFileSize()))
                .planOptions(new PlanOptions(checksumMismatch, missing, outOfOrder, environments, null));
    }
}
