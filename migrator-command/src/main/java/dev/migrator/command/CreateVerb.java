package dev.migrator.command;

import dev.migrator.command.answer.Documents;
import dev.migrator.command.answer.Style;
import dev.migrator.migration.MigrationName;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "create",
        header = "Writes a new migration from a template; needs no database.",
        description = {
            "The name begins with the time in UTC, so that two people's files do not meet: 20250813120000_add_users.sql."
                    + " Nothing is ever written over."
        })
final class CreateVerb extends LookingVerb {

    private static final DateTimeFormatter TIMESTAMP = DateTimeFormatter.ofPattern("uuuuMMddHHmmss", Locale.ROOT);
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("uuuuMMdd", Locale.ROOT);

    @Parameters(paramLabel = "TITLE", description = "What it does, such as \"add user preferences\".")
    private String title = "";

    @ArgGroup
    private @Nullable Form form;

    /** How the name begins; one of them. */
    static final class Form {

        @Option(names = "--numbered", description = "Name it by the next number: 004-add-users.sql.")
        private boolean numbered;

        @Option(names = "--date", description = "Name it by the day: 20250813-add-users.sql.")
        private boolean date;
    }

    @Option(names = "--with-down", description = "Write the way back too: NAME.up.sql and NAME.down.sql.")
    private boolean withDown;

    @Option(names = "--data", description = "Write a data migration in Java instead of SQL.")
    private boolean data;

    @Option(
            names = "--package",
            paramLabel = "PACKAGE",
            defaultValue = "",
            description = "The package of the Java class.")
    private String javaPackage = "";

    @Option(
            names = "--directory",
            paramLabel = "DIR",
            description = "Where to write; else the folder of the migrations, or src/main/java with --data.")
    private @Nullable Path directory;

    CreateVerb(CommandEnvironment environment) {
        super(environment);
    }

    @Override
    public Integer call() {
        NewFile folder = new NewFile(
                directory != null && !data
                        ? directory
                        : environment().newFiles().get());
        MigrationName name = MigrationName.of(name(folder));
        List<String> written = data ? writeClass(name) : writeSql(folder.folder(), name);
        if (json()) {
            console().json(Documents.of("name", name.value(), "files", written));
        } else {
            written.forEach(file -> console().line(console().styled(Style.GOOD, "Created") + " " + file));
        }
        List<String> later = folder.later(name);
        if (!later.isEmpty()) {
            console()
                    .problem(Problem.warning(
                            ProblemCode.OUT_OF_ORDER,
                            name.value(),
                            "It stands before " + later.get(later.size() - 1) + (later.size() > 1 ? " and others" : "")
                                    + ", and will be late wherever those are applied.",
                            "Where the order matters, name it so that it comes last."));
        }
        return ExitCode.DONE;
    }

    private String name(NewFile folder) {
        boolean plain = form == null;
        String words = NewFile.words(title, plain ? '_' : '-');
        if (words.isEmpty()) {
            throw new MigratorException(Problem.error(
                    ProblemCode.INVALID_NAME,
                    "'" + title + "'",
                    "The title has neither a letter nor a digit.",
                    "Say what the migration does, such as \"add user preferences\"."));
        } else if (form == null) {
            return TIMESTAMP.format(now()) + "_" + words;
        }
        return (form.numbered ? folder.nextNumber() : DATE.format(now())) + "-" + words;
    }

    private static java.time.OffsetDateTime now() {
        return Instant.now().atOffset(ZoneOffset.UTC);
    }

    private List<String> writeSql(Path folder, MigrationName name) {
        List<String> written = new ArrayList<>();
        String up = name.value() + (withDown ? ".up.sql" : ".sql");
        written.add(NewFile.write(folder.resolve(up), Templates.up(title)).toString());
        if (withDown) {
            Path down = folder.resolve(name.value() + ".down.sql");
            written.add(NewFile.write(down, Templates.down(title)).toString());
        }
        return written;
    }

    private List<String> writeClass(MigrationName name) {
        String className = Templates.className(name.title());
        Path root = directory == null ? Path.of("src", "main", "java") : directory;
        Path file = root.resolve(javaPackage.replace('.', '/')).resolve(className + ".java");
        String text = Templates.dataMigration(javaPackage, className, name.value(), title, withDown);
        return List.of(NewFile.write(file, text).toString());
    }
}
