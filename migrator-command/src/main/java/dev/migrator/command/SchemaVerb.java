package dev.migrator.command;

import dev.migrator.Migrator;
import dev.migrator.SchemaSide;
import dev.migrator.StatusDocument;
import dev.migrator.command.answer.Documents;
import dev.migrator.reconcile.DriftReport;
import dev.migrator.reconcile.ReconcileOptions;
import dev.migrator.reconcile.ReconcileReport;
import dev.migrator.schema.DiffDocument;
import dev.migrator.schema.SchemaDiff;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What is about the schema itself: as it is, as a run left it, as files expect it. */
abstract class SchemaVerb extends LookingVerb {

    SchemaVerb(CommandEnvironment environment) {
        super(environment);
    }

    @Command(
            name = "drift",
            header = "Tells what was changed in the schema outside of migrations.",
            description = {
                "Compares the schema with the one that was stored after the last run. Takes no lock.",
                "",
                "Exits with 1 when something differs, or when nobody can say: nothing is stored yet, or something was"
                        + " applied without being stored. With --accept the schema as it is becomes the stored one."
            })
    static final class Drift extends SchemaVerb {

        @Option(names = "--accept", description = "Take the schema as it is for what the migrations made of it.")
        private boolean accept;

        @Mixin
        private Reason reason = new Reason();

        Drift(CommandEnvironment environment) {
            super(environment);
        }

        @Override
        public Integer call() {
            Migrator migrator = migrator();
            if (accept) {
                console().confirmWrite("Accept the schema as it is?");
                migrator.acceptDrift(reason.text());
            }
            DriftReport report = migrator.drift();
            if (json()) {
                console().json(report.document(Integer.MAX_VALUE));
            } else {
                console().line(report.text());
            }
            return switch (report.state()) {
                case NONE, RUNNING -> ExitCode.DONE;
                case DRIFTED, NO_BASELINE, OUTDATED -> ExitCode.FAILED;
            };
        }
    }

    @Command(
            name = "reconcile",
            header = "Adds what expected files say and the database lacks, as far as that is safe.",
            description = {
                "Nothing is ever dropped, narrowed, retyped or replaced; what can't be added safely is told with the text"
                        + " of a migration. Exits with 1 when something expected is missing at the end."
            })
    static final class Reconcile extends SchemaVerb {

        @Option(names = "--dry-run", description = "Say what is missing; change nothing.")
        private boolean dryRun;

        Reconcile(CommandEnvironment environment) {
            super(environment);
        }

        @Override
        public Integer call() {
            Migrator migrator = migrator();
            if (!dryRun) {
                console().confirmWrite("Add what the expected files say and the database lacks?");
            }
            ReconcileReport report = migrator.reconcile(dryRun ? ReconcileOptions.DRY_RUN : ReconcileOptions.FIX);
            if (json()) {
                console().json(document(report));
            } else {
                console().line(report.text());
            }
            return report.isComplete() ? ExitCode.DONE : ExitCode.FAILED;
        }

        private Object document(ReconcileReport report) {
            return Documents.of(
                    "complete",
                    report.isComplete(),
                    "dryRun",
                    dryRun,
                    "added",
                    report.done().stream()
                            .map(one -> Documents.of(
                                    "object",
                                    one.subject(),
                                    "sql",
                                    one.sql(),
                                    "durationMs",
                                    one.duration().toMillis()))
                            .toList(),
                    "problems",
                    StatusDocument.problems(report.problems()),
                    "migration",
                    report.migration());
        }
    }

    @Command(
            name = "diff",
            header = "Shows what leads from one schema to another, object by object.",
            description = {
                "A side is one of: expected (the files), live (the database), stored (after the last run). With --sql it is"
                        + " a draft of a migration, for a person to read; it says what would be lost."
            })
    static final class Diff extends SchemaVerb {

        @Option(names = "--from", required = true, paramLabel = "SIDE", description = "expected, live or stored.")
        private SchemaSide from = SchemaSide.LIVE;

        @Option(names = "--to", required = true, paramLabel = "SIDE", description = "expected, live or stored.")
        private SchemaSide to = SchemaSide.EXPECTED;

        @Option(names = "--sql", description = "Print statements instead of a list.")
        private boolean sql;

        Diff(CommandEnvironment environment) {
            super(environment);
        }

        @Override
        public Integer call() {
            SchemaDiff diff = migrator().diff(from, to);
            if (json()) {
                console().json(Documents.of("differences", DiffDocument.of(diff), "sql", diff.sql()));
            } else if (sql && diff.isEmpty()) {
                console().line("-- nothing differs");
            } else if (sql) {
                console().line(diff.sql());
            } else {
                console().line(diff.isEmpty() ? "Nothing differs." : diff.text());
            }
            return ExitCode.DONE;
        }
    }
}
