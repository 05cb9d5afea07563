package dev.migrator.autoconfigure.gate;

/** The paths under which the actuator answers on the application's own port. */
@FunctionalInterface
interface ActuatorPaths {

    boolean contains(String path);
}
