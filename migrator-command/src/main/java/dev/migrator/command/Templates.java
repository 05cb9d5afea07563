package dev.migrator.command;

/** What new files say. */
final class Templates {

    private Templates() {}

    static String up(String title) {
        return """
                -- %s
                --
                -- Runs once, in one transaction with its record: no BEGIN, no COMMIT, nothing to escape.
                -- CREATE INDEX CONCURRENTLY and the like are recognised and run statement by statement.
                -- Applied files are not changed any more: what comes later is a new migration.
                --
                -- More can be said in lines such as these, without the second pair of dashes:
                -- -- migrator: manual                          (runs only when a person names it)
                -- -- migrator: environments=staging,production (runs only there)
                -- -- migrator: depends=NAME                    (waits for that one)
                -- -- migrator: lock-timeout=5s statement-timeout=10min

                """.replace("%s", oneLine(title));
    }

    static String down(String title) {
        return """
                -- Takes back: %s
                --
                -- Runs only when a person asks for a rollback, in one transaction with the removal from the history.
                -- What it drops is lost; a new migration that mends the fault is nearly always the better way.

                """.replace("%s", oneLine(title));
    }

    static String className(String title) {
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
        return name.isEmpty() ? "NewDataMigration" : name.toString();
    }

    static String dataMigration(
            String javaPackage, String className, String migration, String title, boolean withDown) {
        return (javaPackage.isEmpty() ? "" : "package " + javaPackage + ";\n\n")
                + """
                import dev.migrator.migration.DataMigration;
                import dev.migrator.migration.MigrationContext;
                import dev.migrator.migration.MigrationName;
                import dev.migrator.migration.MigrationResult;
                import org.springframework.stereotype.Component;

                /** TITLE: runs once, in one transaction with its record. */
                @Component
                class CLASS implements DataMigration {

                    @Override
                    public MigrationName name() {
                        return MigrationName.of("NAME");
                    }

                    @Override
                    public MigrationResult up(MigrationContext context) {
                        // context.jdbc() is bound to the transaction; in a dry run (context.dryRun()) nothing is to be changed
                        int changed = context.jdbc().sql("UPDATE …").update();
                        return MigrationResult.success(changed);
                    }

                    /** Looks at the result before it is committed: false rolls everything back. */
                    @Override
                    public boolean verify(MigrationContext context) {
                        return true;
                    }
                DOWN}
                """.replace("TITLE", oneLine(title).replace("*/", "* /"))
                        .replace("CLASS", className)
                        .replace("NAME", migration)
                        .replace("DOWN", withDown ? """

                            /** Takes it back, when a person asks for a rollback. */
                            @Override
                            public void down(MigrationContext context) {
                                context.jdbc().sql("UPDATE …").update();
                            }
                        """ : "");
    }

    private static String oneLine(String text) {
        return text.strip().replaceAll("\\s+", " ");
    }
}
