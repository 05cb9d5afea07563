package dev.migrator.autoconfigure.actuate;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.migrator.MigrationStatus;
import dev.migrator.lock.LockHolder;
import dev.migrator.problem.Problem;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * The answer of {@code /actuator/migrations}. What is unknown is left out: while a run is under way the answer comes from
 * memory, which knows this run only.
 *
 * @param state PENDING, RUNNING, COMPLETED, FAILED or UNKNOWN
 * @param database host, port and name, without credentials
 * @param pendingMigrations what the next run would try, failed ones too
 * @param otherMigrations skipped, manual, or for other environments
 * @param skipped also those for other environments
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record MigrationsDescriptor(
        String state,
        @Nullable String database,
        @Nullable Integer total,
        @Nullable Integer applied,
        @Nullable Integer pending,
        @Nullable Integer failed,
        @Nullable Integer skipped,
        @Nullable Integer manual,
        @Nullable String currentMigration,
        @Nullable String waitingFor,
        @Nullable LockHolderDescriptor lockHolder,
        List<MigrationDescriptor> appliedMigrations,
        List<MigrationDescriptor> pendingMigrations,
        List<MigrationDescriptor> otherMigrations,
        List<ProblemDescriptor> problems)
        implements OperationResponseBody {

    /** One migration; what is unknown is left out. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record MigrationDescriptor(
            String name,
            @Nullable String version,
            @Nullable String title,
            String state,
            @Nullable Boolean manual,
            @Nullable String remark,
            @Nullable String checksum,
            @Nullable String appliedAt,
            @Nullable Long executionTimeMs,
            @Nullable Integer attempts,
            @Nullable String error)
            implements OperationResponseBody {

        static MigrationDescriptor of(MigrationStatus status) {
            return new MigrationDescriptor(
                    status.name(),
                    status.version(),
                    status.title(),
                    status.state().name(),
                    status.manual() ? true : null,
                    status.remark(),
                    status.checksum(),
                    status.appliedAt() == null ? null : status.appliedAt().toString(),
                    status.executionTimeMs(),
                    status.attempts() == 0 ? null : status.attempts(),
                    status.error());
        }

        static MigrationDescriptor of(String name, String state) {
            return new MigrationDescriptor(name, null, null, state, null, null, null, null, null, null, null);
        }
    }

    /** A finding, and what to do about it; without the statement and the rows that a server's message may show. */
    record ProblemDescriptor(String code, String severity, String subject, String description, String action) {

        static ProblemDescriptor of(Problem problem) {
            return new ProblemDescriptor(
                    problem.code().id(),
                    problem.severity().name().toLowerCase(Locale.ROOT),
                    problem.subject(),
                    problem.headline(),
                    problem.action());
        }
    }

    /** Who migrates now. */
    record LockHolderDescriptor(int pid, String application, String state, long connectedSeconds) {

        static @Nullable LockHolderDescriptor of(@Nullable LockHolder holder) {
            return holder == null
                    ? null
                    : new LockHolderDescriptor(
                            holder.pid(),
                            holder.application(),
                            holder.state(),
                            holder.connectedFor().toSeconds());
        }
    }
}
