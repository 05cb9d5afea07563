package dev.migrator.autoconfigure.observe;

import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.docs.ObservationDocumentation;

/** What is observed. Names of migrations are in traces only: as a tag of a metric each would be a time series for ever. */
public enum MigratorObservation implements ObservationDocumentation {
    /** From the lock to the end; a run without anything to do is none. */
    RUN("migrator.run"),
    /** One migration, or the way back of one. */
    MIGRATION("migrator.migration"),
    /** One transaction of a batched migration. */
    BATCH("migrator.batch"),
    /** The wait for another session that migrates; where there is none to wait for, there is no observation. */
    LOCK_WAIT("migrator.lock.wait");

    private final String text;

    MigratorObservation(String text) {
        this.text = text;
    }

    @Override
    public String getName() {
        return text;
    }

    @Override
    public Class<? extends ObservationConvention<? extends Observation.Context>> getDefaultConvention() {
        return MigratorObservationConvention.class;
    }

    @Override
    public KeyName[] getLowCardinalityKeyNames() {
        return LowCardinality.values();
    }

    @Override
    public KeyName[] getHighCardinalityKeyNames() {
        return HighCardinality.values();
    }

    /** Keys of metrics and traces. */
    public enum LowCardinality implements KeyName {
        /** success, failed, stopped (left something out), aborted, elsewhere (another node was first), retried. */
        OUTCOME("outcome"),
        /** The code of the problem that made it fail, or none. */
        PROBLEM("problem");

        private final String text;

        LowCardinality(String text) {
            this.text = text;
        }

        @Override
        public String asString() {
            return text;
        }
    }

    /** Keys of traces alone. */
    public enum HighCardinality implements KeyName {
        RUN_ID("migrator.run.id"),
        MIGRATION("migrator.migration.name"),
        /** By the engine's own count; the span of a migration that shares a message covers the whole message. */
        DURATION("migrator.duration.ms");

        private final String text;

        HighCardinality(String text) {
            this.text = text;
        }

        @Override
        public String asString() {
            return text;
        }
    }
}
