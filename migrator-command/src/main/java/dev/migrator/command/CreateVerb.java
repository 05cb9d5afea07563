package dev.migrator.command;

import dev.migrator.command.answer.Documents;
import dev.migrator.command.answer.Style;
import dev.migrator.command.create.NewFile;
import dev.migrator.command.create.Templates;
import dev.migrator.migration.MigrationName;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.reconcile.ReconcileOptions;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "create",
        header = "Writes a new migration from a template; needs no database unless it is made from a report.",
        description = {
            "The name begins with the time in UTC, so that two people's files do not meet: 20250813120000_add_users.sql."
                    + " Nothing is ever written over.",
            "",
            "With --from-report it looks what the expected files say and the database lacks, and can't be added by itself,"
                    + " and writes the migrations for that: a draft, to be read and completed before it runs."
        })
final class CreateVerb extends LookingVerb {

    private static final DateTimeFormatter TIMESTAMP = DateTimeFormatter.ofPattern("uuuuMMddHHmmss", Locale.ROOT);
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("uuuuMMdd", Locale.ROOT);

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "TITLE", arity = "0..1", description = "What it does, such as \"add user preferences\".")
    private @Nullable String title;

    @Option(
            names = "--from-report",
            description = "Write what a reconciliation leaves to a person: NOT NULL columns, unique keys and the like.")
    private boolean fromReport;

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
        refuseContradictions();
        NewFile folder = new NewFile(
                directory != null && !data
                        ? directory
                        : environment().newFiles().get());
        if (fromReport) {
            return writeDrafts(folder);
        }
        MigrationName name = MigrationName.of(name(folder, 0, ""));
        console().confirmWrite("Write " + name + "?");
        tell(name, data ? writeClass(name) : writeSql(folder.folder(), name), folder);
        return ExitCode.DONE;
    }

    private void refuseContradictions() {
        if (title == null && !fromReport) {
            throw new ParameterException(spec.commandLine(), "Missing required parameter: 'TITLE'");
        } else if (fromReport && (data || withDown)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--from-report writes SQL without a way back: leave out --data and --with-down.");
        }
    }

    private String title() {
        return title == null ? "expected schema" : title;
    }

    /** One file for what shares a transaction, one each for what can't, one for what needs filled rows. */
    private int writeDrafts(NewFile folder) {
        List<String> drafts = migrator().reconcile(ReconcileOptions.DRY_RUN).drafts();
        if (drafts.isEmpty()) {
            if (json()) {
                console().json(Documents.of("files", List.of()));
            } else {
                console().line("Nothing is left to a person: there is no migration to write.");
            }
            return ExitCode.DONE;
        }
        List<MigrationName> names = new ArrayList<>();
        for (int i = 0; i < drafts.size(); i++) {
            names.add(MigrationName.of(name(folder, i, drafts.size() == 1 ? "" : " " + (i + 1))));
        }
        console().confirmWrite("Write " + names.get(0) + (names.size() == 1 ? "?" : " and others?"));
        List<String> written = new ArrayList<>();
        for (int i = 0; i < drafts.size(); i++) {
            Path file = folder.folder().resolve(names.get(i).value() + ".sql");
            written.add(NewFile.write(file, drafts.get(i)).toString());
        }
        tell(names.get(0), written, folder);
        return ExitCode.DONE;
    }

    private void tell(MigrationName name, List<String> written, NewFile folder) {
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
    }

    /** @param place among those that are written together, which stand in this order */
    private String name(NewFile folder, int place, String suffix) {
        boolean plain = form == null;
        String words = NewFile.words(title() + suffix, plain ? '_' : '-');
        if (words.isEmpty()) {
            throw new MigratorException(Problem.error(
                    ProblemCode.INVALID_NAME,
                    "'" + title() + "'",
                    "The title has neither a letter nor a digit.",
                    "Say what the migration does, such as \"add user preferences\"."));
        } else if (form == null) {
            return TIMESTAMP.format(now().plusSeconds(place)) + "_" + words;
        }
        return (form.numbered ? folder.nextNumber(place) : DATE.format(now())) + "-" + words;
    }

    private static OffsetDateTime now() {
        return Instant.now().atOffset(ZoneOffset.UTC);
    }

    private List<String> writeSql(Path folder, MigrationName name) {
        List<String> written = new ArrayList<>();
        String up = name.value() + (withDown ? ".up.sql" : ".sql");
        written.add(NewFile.write(folder.resolve(up), Templates.up(title())).toString());
        if (withDown) {
            Path down = folder.resolve(name.value() + ".down.sql");
            written.add(NewFile.write(down, Templates.down(title())).toString());
        }
        return written;
    }

    private List<String> writeClass(MigrationName name) {
        String className = Templates.className(name.title());
        Path root = directory == null ? Path.of("src", "main", "java") : directory;
        Path file = root.resolve(javaPackage.replace('.', '/')).resolve(className + ".java");
        String text = Templates.dataMigration(javaPackage, className, name.value(), title(), withDown);
        return List.of(NewFile.write(file, text).toString());
    }
}
