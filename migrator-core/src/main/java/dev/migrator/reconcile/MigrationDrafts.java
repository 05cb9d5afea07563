package dev.migrator.reconcile;

import dev.migrator.expected.ByHand;
import dev.migrator.problem.SafeText;
import dev.migrator.schema.Ddl;
import java.util.ArrayList;
import java.util.List;

/**
 * The files of the migrations that a person should write, in their order: what can share a transaction is one file, what
 * runs without one has a file of its own, and what needs rows that are filled comes in a last one. That has none either:
 * the check would be added and validated under one lock.
 */
final class MigrationDrafts {

    private final List<String> together = new ArrayList<>();
    private final List<String> alone = new ArrayList<>();
    private final List<String> later = new ArrayList<>();

    private MigrationDrafts() {}

    static List<String> of(List<ByHand> findings) {
        MigrationDrafts drafts = new MigrationDrafts();
        findings.forEach(drafts::add);
        List<String> files = new ArrayList<>();
        if (!drafts.together.isEmpty()) {
            files.add(String.join("\n\n", drafts.together) + "\n");
        }
        files.addAll(drafts.alone);
        if (!drafts.later.isEmpty()) {
            files.add(ByHand.NO_TRANSACTION + "\n" + String.join("\n\n", drafts.later) + "\n");
        }
        return files;
    }

    private void add(ByHand finding) {
        String why = "-- " + SafeText.line(finding.object().label())
                + (finding.missing() ? " is missing. " : " differs. ") + SafeText.line(finding.why()) + "\n";
        List<String> statements = finding.migration();
        int then = statements.indexOf(ByHand.LATER);
        if (statements.contains(ByHand.NO_TRANSACTION)) {
            // a directive is one only at the head of a file
            List<String> rest = new ArrayList<>(statements);
            rest.remove(ByHand.NO_TRANSACTION);
            alone.add(ByHand.NO_TRANSACTION + "\n" + why + Ddl.script(rest) + "\n");
        } else if (then < 0) {
            together.add(why + Ddl.script(statements));
        } else {
            together.add(why + Ddl.script(statements.subList(0, then)));
            later.add(
                    why + "-- It fails while a row has no value for it, and goes on from there when it is run again.\n"
                            + Ddl.script(statements.subList(then + 1, statements.size())));
        }
    }
}
