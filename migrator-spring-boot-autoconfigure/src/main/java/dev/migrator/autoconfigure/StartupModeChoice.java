package dev.migrator.autoconfigure;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitializationDetector;
import org.springframework.core.env.Environment;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.ArgumentResolver;
import org.springframework.util.function.SingletonSupplier;

/**
 * Decides between {@link StartupMode#RUNNER} and {@link StartupMode#EARLY} where the service leaves it open: early if a
 * bean needs the schema while it is created. It asks the same detectors by which Spring Boot orders such beans.
 */
final class StartupModeChoice {

    private static final Logger log = LoggerFactory.getLogger(StartupModeChoice.class);

    /** Beans that use the database when they are called, not when they are created. */
    private static final Set<String> LATE_USERS =
            Set.of("SpringJdbcDependsOnDatabaseInitializationDetector", "JooqDependsOnDatabaseInitializationDetector");

    private static final List<String> DDL_AUTO = List.of(
            "spring.jpa.hibernate.ddl-auto",
            "spring.jpa.properties.hibernate.hbm2ddl.auto",
            "spring.jpa.properties.jakarta.persistence.schema-generation.database.action");

    private static final String GENERATE_DDL = "spring.jpa.generate-ddl";

    private final StartupMode configured;
    private final ConfigurableListableBeanFactory beans;
    private final Environment environment;
    private final SingletonSupplier<StartupMode> chosen = SingletonSupplier.of(this::choose);

    StartupModeChoice(StartupMode configured, ConfigurableListableBeanFactory beans, Environment environment) {
        this.configured = configured;
        this.beans = beans;
        this.environment = environment;
    }

    StartupMode chosen() {
        return chosen.obtain();
    }

    boolean isVerifyOnly() {
        return configured == StartupMode.VERIFY;
    }

    private StartupMode choose() {
        if (configured != StartupMode.AUTO && configured != StartupMode.VERIFY) {
            return configured;
        }
        Set<String> early = needingSchema();
        if (early.isEmpty()) {
            return StartupMode.RUNNER;
        }
        log.info(
                "Migrating before the beans that need the schema: {} (migrator.startup.mode=runner would wait for the"
                        + " whole service)",
                String.join(", ", early));
        return StartupMode.EARLY;
    }

    private Set<String> needingSchema() {
        Set<String> names = new TreeSet<>();
        for (DependsOnDatabaseInitializationDetector detector : detectors()) {
            if (countsHere(detector.getClass().getSimpleName())) {
                names.addAll(detector.detect(beans));
            }
        }
        return names;
    }

    private List<DependsOnDatabaseInitializationDetector> detectors() {
        ClassLoader loader = beans.getBeanClassLoader();
        ArgumentResolver arguments = ArgumentResolver.of(Environment.class, environment);
        return SpringFactoriesLoader.forDefaultResourceLocation(loader)
                .load(DependsOnDatabaseInitializationDetector.class, arguments);
    }

    private boolean countsHere(String detector) {
        if (LATE_USERS.contains(detector)) {
            return false;
        }
        if (detector.contains("Jpa") || detector.contains("EntityManager")) {
            return environment.getProperty(GENERATE_DDL, Boolean.class, false)
                    || DDL_AUTO.stream()
                            .map(environment::getProperty)
                            .anyMatch(value -> value != null && !isNone(value));
        }
        if (detector.contains("Scheduler") || detector.contains("Quartz")) {
            return "jdbc".equalsIgnoreCase(environment.getProperty("spring.quartz.job-store-type"));
        }
        return true;
    }

    private static boolean isNone(String value) {
        return value.isBlank() || "none".equals(value.strip().toLowerCase(Locale.ROOT));
    }
}
