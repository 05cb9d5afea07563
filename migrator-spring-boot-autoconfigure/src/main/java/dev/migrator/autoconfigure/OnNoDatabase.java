package dev.migrator.autoconfigure;

import org.springframework.boot.autoconfigure.condition.NoneNestedConditions;
import org.springframework.context.annotation.Conditional;

/** There is nothing to migrate. */
class OnNoDatabase extends NoneNestedConditions {

    OnNoDatabase() {
        super(ConfigurationPhase.REGISTER_BEAN);
    }

    @Conditional(OnDatabase.class)
    static final class WithDatabase {}
}
