package dev.migrator.autoconfigure;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.support.DefaultLifecycleProcessor;

/** A context whose migrations begin when the test says so, in runner mode, not when it is refreshed. */
public final class StartedByTheTest extends DefaultLifecycleProcessor {

    private StartedByTheTest() {}

    public static ApplicationContextRunner in(ApplicationContextRunner runner) {
        return runner.withInitializer(
                context -> context.getBeanFactory().registerSingleton("lifecycleProcessor", new StartedByTheTest()));
    }

    public static void start(ApplicationContext context) {
        context.getBean(MigrationLifecycle.class).start();
    }

    @Override
    public void onRefresh() {
        // the test will start what it wants
    }
}
