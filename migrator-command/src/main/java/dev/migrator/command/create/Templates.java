package dev.migrator.command.create;

import java.util.Set;

/** What new files say. */
public final class Templates {

    private static final String IMPORTS = """
            import dev.migrator.migration.DataMigration;
            import dev.migrator.migration.MigrationContext;
            import dev.migrator.migration.MigrationName;
            import dev.migrator.migration.MigrationResult;
            import org.springframework.stereotype.Component;

            """;

    private static final String WAY_UP = """

                @Override
                public MigrationResult up(MigrationContext context) {
                    // bound to the transaction; in a dry run everything is rolled back: with context.dryRun() leave undone
                    // what reaches outside of the database
                    int changed = context.jdbc().sql("UPDATE ...").update();
                    return MigrationResult.success(changed);
                }

                /** Looks at the result before it is committed: false rolls everything back. */
                @Override
                public boolean verify(MigrationContext context) {
                    return true;
                }
            """;

    private static final String WAY_BACK = """

                /** Takes it back, when a person asks for a rollback. */
                @Override
                public void down(MigrationContext context) {
                    context.jdbc().sql("UPDATE ...").update();
                }
            """;

    /** What the class itself names: a class of the same name would hide it. */
    private static final Set<String> TAKEN = Set.of(
            "DataMigration",
            "MigrationContext",
            "MigrationName",
            "MigrationResult",
            "Component",
            "Override",
            "String",
            "Object");

    private Templates() {}

    public static String up(String title) {
        return """
                -- %s
                --
                -- Runs once, in one transaction with its record: no BEGIN, no COMMIT, nothing to escape.
                -- CREATE INDEX CONCURRENTLY and the like are recognised and run statement by statement.
                -- Applied files are not changed any more: what comes later is a new migration.
                --
                -- A line of its own, as at the right, says more:
                --   runs only when a person names it:  -- migrator: manual
                --   runs only there:                   -- migrator: environments=staging,production
                --   waits for that one:                -- migrator: depends=NAME
                --   limits of its own:                 -- migrator: lock-timeout=5s statement-timeout=10min

                """.replace("%s", oneLine(title));
    }

    public static String down(String title) {
        return """
                -- Takes back: %s
                --
                -- Runs only when a person asks for a rollback, in one transaction with the removal from the history.
                -- What it drops is lost; a new migration that mends the fault is nearly always the better way.

                """.replace("%s", oneLine(title));
    }

    public static String className(String title) {
        StringBuilder name = new StringBuilder();
        boolean upper = true;
        for (int point : title.codePoints().toArray()) {
            boolean fits =
                    name.isEmpty() ? Character.isJavaIdentifierStart(point) : Character.isJavaIdentifierPart(point);
            if (fits) {
                name.appendCodePoint(upper ? Character.toUpperCase(point) : point);
            }
            upper = !fits;
        }
        return name.isEmpty() || TAKEN.contains(name.toString()) ? "New" + name + "Migration" : name.toString();
    }

    public static String dataMigration(
            String javaPackage, String className, String migration, String title, boolean withDown) {
        return (javaPackage.isEmpty() ? "" : "package " + javaPackage + ";\n\n")
                + IMPORTS
                + "/** " + comment(title) + ": runs once, in one transaction with its record. */\n"
                + "@Component\n"
                + "class " + className + " implements DataMigration {\n"
                + "\n"
                + "    @Override\n"
                + "    public MigrationName name() {\n"
                + "        return MigrationName.of(\"" + migration + "\");\n"
                + "    }\n"
                + WAY_UP
                + (withDown ? WAY_BACK : "")
                + "}\n";
    }

    /** Neither the end of the comment nor an escape: the compiler reads those in comments too. */
    private static String comment(String title) {
        return oneLine(title).replace('\\', '/').replace("*/", "* /");
    }

    private static String oneLine(String text) {
        return text.strip().replaceAll("\\s+", " ");
    }
}
