package dev.migrator.autoconfigure.compat;

import dev.migrator.Migrator;
import dev.migrator.StatusReport;
import dev.migrator.autoconfigure.ActivitySnapshot;
import dev.migrator.autoconfigure.MigrationActivity;
import dev.migrator.autoconfigure.actuate.OneLook;
import dev.migrator.problem.MigratorException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.context.ApplicationContext;

/** The endpoint {@code flyway}, read-only: for a view of Spring Boot Admin that knows no other. */
@Endpoint(id = "flyway")
final class FlywayCompatEndpoint {

    private final OneLook<StatusReport> status;
    private final MigrationActivity activity;
    private final ApplicationContext context;

    FlywayCompatEndpoint(Migrator migrator, MigrationActivity activity, ApplicationContext context) {
        this.status = new OneLook<>(() -> migrator.status());
        this.activity = activity;
        this.context = context;
    }

    @ReadOperation
    Map<String, Object> flywayBeans() {
        ApplicationContext parent = context.getParent();
        Map<String, @Nullable Object> beans = new LinkedHashMap<>();
        beans.put("flywayBeans", Map.of("migrator", Map.of("migrations", migrations())));
        beans.put("parentId", parent == null ? null : parent.getId());
        return OperationResponseBody.of(Map.of("contexts", Map.of(String.valueOf(context.getId()), beans)));
    }

    /** From memory while this process migrates, or while the database is away. */
    private List<Map<String, @Nullable Object>> migrations() {
        ActivitySnapshot now = activity.snapshot();
        if (now.phase() == ActivitySnapshot.Phase.RUNNING) {
            return FlywayShape.of(now);
        }
        try {
            return FlywayShape.of(status.now().migrations());
        } catch (MigratorException e) {
            return FlywayShape.of(now);
        }
    }
}
