package dev.migrator.testkit;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** See {@link PostgresTest}. One database a test: its {@code @BeforeEach} and {@code @AfterEach} methods get the same. */
public final class PostgresExtension implements ParameterResolver, AfterEachCallback {

    private static final Namespace NAMESPACE = Namespace.create(PostgresExtension.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
        return parameter.getParameter().getType() == TestDatabase.class
                && test.getTestMethod().isPresent();
    }

    @Override
    public TestDatabase resolveParameter(ParameterContext parameter, ExtensionContext test) {
        return store(test).computeIfAbsent(TestDatabase.class, key -> TestDatabase.create(), TestDatabase.class);
    }

    @Override
    public void afterEach(ExtensionContext test) {
        TestDatabase database = store(test).remove(TestDatabase.class, TestDatabase.class);
        if (database != null) {
            try (database) {
                LeakCheck.of(database).verify();
            }
        }
    }

    private static ExtensionContext.Store store(ExtensionContext test) {
        return test.getStore(NAMESPACE);
    }
}
