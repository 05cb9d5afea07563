package dev.migrator.instance;

import java.time.Duration;
import java.util.Set;

/**
 * What a process says of itself.
 *
 * @param lifetime how long others take it for alive without another heartbeat
 */
record Registration(String instance, String version, Set<String> postDeploy, Duration uptime, Duration lifetime) {}
