package dev.migrator.autoconfigure;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.service.connection.ConnectionDetails;

/**
 * Where the migrations go, and as whom. A bean of this type is asked before the properties and before the application's
 * data source.
 */
public interface MigratorConnectionDetails extends ConnectionDetails {

    /** A URL of the PostgreSQL driver. */
    String getJdbcUrl();

    @Nullable
    String getUsername();

    @Nullable
    String getPassword();
}
