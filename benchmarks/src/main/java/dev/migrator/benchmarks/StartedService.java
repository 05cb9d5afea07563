package dev.migrator.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;

/** The smallest service with a data source. It says when it is ready and what that took, and ends. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class StartedService {

    static final String READY = "ready-now";
    static final String COST = "cost ";
    static final String POOL_USED = "bench.pool-used";

    public static void main(String[] arguments) {
        SpringApplication application = new SpringApplication(StartedService.class);
        application.addListeners((ApplicationListener<ApplicationReadyEvent>) event -> tell());
        application.run(arguments);
    }

    /** Most services ask their database something before they are ready; the pool is there in all variants then. */
    @Bean
    @ConditionalOnBooleanProperty(POOL_USED)
    ApplicationRunner useOfThePool(DataSource pool) {
        return arguments -> ask(pool);
    }

    private static void ask(DataSource pool) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT 1");
        }
    }

    private static void tell() {
        System.out.println(READY);
        Duration processor = ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
        try {
            long peak = Child.peakMemory();
            long classes = ManagementFactory.getClassLoadingMXBean().getTotalLoadedClassCount();
            System.gc();
            MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
            long heap = memory.getHeapMemoryUsage().getUsed();
            long beside = memory.getNonHeapMemoryUsage().getUsed();
            System.out.println(COST + processor.toNanos() + " " + peak + " " + heap + " " + beside + " " + classes);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } finally {
            System.out.flush();
            Runtime.getRuntime().halt(0);
        }
    }
}
