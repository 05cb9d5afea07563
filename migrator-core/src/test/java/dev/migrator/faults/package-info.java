/** What happens to a run when processes, networks, servers and other sessions misbehave. */
package dev.migrator.faults;
