package dev.migrator.problem;

/** How much a {@link Problem} matters: an error stops the run, a warning is told and the run goes on. */
public enum Severity {
    INFO,
    WARNING,
    ERROR
}
