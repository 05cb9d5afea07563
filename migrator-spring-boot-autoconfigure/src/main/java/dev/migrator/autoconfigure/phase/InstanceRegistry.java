package dev.migrator.autoconfigure.phase;

/** Whether the instances of a service say that they are alive. */
public enum InstanceRegistry {
    /** Where the release has a post-deploy migration. */
    AUTO,
    ALWAYS,
    NEVER
}
