package dev.migrator.command;

import dev.migrator.Migrator;
import dev.migrator.command.answer.Screen;
import dev.migrator.reconcile.ExpectedSchemaMode;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.TestDatabase;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** What a verb printed, and how it ended. */
record Answer(int exitCode, String out, String err) {

    static Answer of(TestDatabase database, MigrationFolder folder, String... arguments) {
        return asked((UnaryOperator<String>) null, false, database, folder, arguments);
    }

    /** With a person who gives this answer to every question; or nobody. */
    static Answer asked(
            String reply, boolean confirmsWrites, TestDatabase database, MigrationFolder folder, String... arguments) {
        return asked(reply == null ? null : question -> reply, confirmsWrites, database, folder, arguments);
    }

    static Answer asked(
            UnaryOperator<String> reply,
            boolean confirmsWrites,
            TestDatabase database,
            MigrationFolder folder,
            String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Screen screen = new Screen(
                new PrintWriter(out),
                new PrintWriter(err),
                false,
                false,
                reply == null ? null : reply::apply,
                confirmsWrites);
        CommandEnvironment environment = new CommandEnvironment(
                "migrator",
                listener -> Migrator.builder()
                        .connection(database.jdbcUrl(), null, null)
                        .locations(folder.location())
                        .expectedSchema(ExpectedSchemaMode.OFF, "filesystem:" + expected(folder))
                        .connectionRetry(0, Duration.ZERO)
                        .lockWait(Duration.ZERO)
                        .operator("an operator")
                        .listener(listener)
                        .build(),
                screen,
                folder::path,
                null,
                Map.of());
        int exitCode = Commands.run(List.of(arguments), environment);
        return new Answer(exitCode, out.toString(), err.toString());
    }

    /** The folder of expected files, beside the one of the migrations. */
    static Path expected(MigrationFolder folder) {
        return folder.path().resolveSibling("expected");
    }
}
