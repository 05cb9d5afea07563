package dev.migrator.autoconfigure;

/** When the migrations run in the start of a service. */
public enum StartupMode {
    /** {@link #EARLY} where a bean needs the schema to be created, else {@link #RUNNER}. */
    AUTO,
    /**
     * When every bean is there and the port is open, before anything works by itself; the service is alive but not ready
     * meanwhile.
     */
    RUNNER,
    /** Before the first bean that uses the database. */
    EARLY,
    /** Beside the running service, which is ready at once; a failure shows in its health and never ends it. */
    BACKGROUND,
    /** Nothing is run: what is pending stops the start. Like {@link #AUTO} in when it looks. */
    VERIFY
}
