package dev.migrator.source;

import dev.migrator.problem.Severity;

/** How much a file matters that fits no form. It is told in each case; ignoring only makes it quiet. */
public enum UnknownFiles {
    WARN(Severity.WARNING),
    FAIL(Severity.ERROR),
    IGNORE(Severity.INFO);

    private final Severity severity;

    UnknownFiles(Severity severity) {
        this.severity = severity;
    }

    Severity severity() {
        return severity;
    }
}
