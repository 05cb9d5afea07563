package dev.migrator.command;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** The help of each verb: its own options first, then those that all verbs have, then the exit codes. */
final class HelpText {

    private static final String COMMON_OPTIONS = "commonOptions";

    private HelpText() {}

    static void install(CommandLine root) {
        install(root, false);
        root.getSubcommands().values().forEach(verb -> install(verb, true));
    }

    private static void install(CommandLine command, boolean verb) {
        command.setUsageHelpAutoWidth(true);
        command.setUsageHelpLongOptionsMaxWidth(28);
        UsageMessageSpec usage = command.getCommandSpec().usageMessage();
        usage.headerHeading("");
        usage.synopsisHeading("%nUsage: ");
        usage.descriptionHeading(usage.description().length == 0 ? "" : "%n");
        usage.parameterListHeading("%n");
        usage.optionListHeading("%nOptions:%n");
        usage.exitCodeListHeading("%nExit codes:%n");
        usage.exitCodeList(ExitCode.texts());
        usage.abbreviateSynopsis(!verb);
        usage.sortOptions(false);
        List<String> keys = new ArrayList<>(command.getHelpSectionKeys());
        if (verb && !keys.contains(COMMON_OPTIONS)) {
            usage.customSynopsis(synopsis(command));
            keys.add(keys.indexOf(UsageMessageSpec.SECTION_KEY_OPTION_LIST) + 1, COMMON_OPTIONS);
            command.setHelpSectionKeys(keys);
            command.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, help -> options(help, false, ""));
            command.getHelpSectionMap().put(COMMON_OPTIONS, common());
        }
    }

    /** Without the options that every verb has. */
    private static String synopsis(CommandLine command) {
        StringBuilder text =
                new StringBuilder(command.getCommandSpec().qualifiedName().strip());
        for (OptionSpec option : own(command.getCommandSpec().options(), false)) {
            String name = option.longestName()
                    + (option.arity().max() > 0 ? "=" + option.paramLabel().replaceAll("[<>]", "") : "");
            text.append(option.required() ? " " + name : " [" + name + "]");
        }
        command.getCommandSpec()
                .positionalParameters()
                .forEach(parameter -> text.append(
                        parameter.required() ? " " + parameter.paramLabel() : " [" + parameter.paramLabel() + "]"));
        return text.toString();
    }

    private static IHelpSectionRenderer common() {
        return help -> options(help, true, "%nOptions of every verb:%n");
    }

    private static String options(Help help, boolean inherited, String heading) {
        List<OptionSpec> options = own(help.commandSpec().options(), inherited);
        if (options.isEmpty()) {
            return "";
        }
        Help.Layout layout = help.createDefaultLayout();
        layout.addAllOptions(options, help.createDefaultParamLabelRenderer());
        return help.createHeading(heading) + layout;
    }

    private static List<OptionSpec> own(List<OptionSpec> all, boolean inherited) {
        List<OptionSpec> options = new ArrayList<>();
        for (OptionSpec option : all) {
            boolean common = option.inherited() || option.usageHelp();
            if (common == inherited && !option.hidden()) {
                options.add(option);
            }
        }
        options.sort((one, other) -> Integer.compare(one.order(), other.order()));
        return options;
    }
}
