package dev.migrator.faultsuite;

import dev.migrator.faults.Quiet;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A part of the suite: its trials go into the one table, which is printed at the end. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("fault-suite")
@Timeout(7200)
@ExtendWith({Quiet.class, FaultTable.class})
@interface FaultSuite {}
