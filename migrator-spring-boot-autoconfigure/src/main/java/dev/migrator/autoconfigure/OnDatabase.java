package dev.migrator.autoconfigure;

import javax.sql.DataSource;
import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;

/** There is a database to migrate: the application's, one of its own, or one that a container brings. */
class OnDatabase extends AnyNestedCondition {

    OnDatabase() {
        super(ConfigurationPhase.REGISTER_BEAN);
    }

    @ConditionalOnBean(DataSource.class)
    static final class ByDataSource {}

    @ConditionalOnBean(MigratorConnectionDetails.class)
    static final class ByConnectionDetails {}

    @ConditionalOnProperty("migrator.url")
    static final class ByUrl {}
}
