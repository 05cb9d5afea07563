package dev.migrator.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.migrator.Migrator;
import dev.migrator.MigratorBuilder;
import dev.migrator.event.MigrationEvent.LockWaited;
import dev.migrator.event.MigrationEvent.RunAborted;
import dev.migrator.execute.RunReport;
import dev.migrator.migration.DataMigration;
import dev.migrator.migration.MigrationContext;
import dev.migrator.migration.MigrationName;
import dev.migrator.migration.MigrationResult;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** What a run leaves in the log and tells its listeners, on a real server. */
@PostgresTest
class RunLogTest {

    private final Logger logger = (Logger) LoggerFactory.getLogger("dev.migrator");
    private final List<ILoggingEvent> lines = new CopyOnWriteArrayList<>();
    private final List<MigrationEvent> events = new CopyOnWriteArrayList<>();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent line) {
            line.getMDCPropertyMap();
            lines.add(line);
        }
    };
    private Level levelBefore;
    private MigrationFolder folder;
    private MigratorBuilder builder;
    private TestDatabase database;

    @BeforeEach
    void listen(@TempDir Path path, TestDatabase database) {
        this.database = database;
        folder = new MigrationFolder(path);
        builder = Migrator.builder()
                .connection(database.jdbcUrl(), null, null)
                .locations(folder.location())
                .instanceId("pod-7")
                .lockWait(Duration.ofMillis(300))
                .listener(events::add);
        levelBefore = logger.getLevel();
        logger.setLevel(Level.INFO);
        appender.start();
        logger.addAppender(appender);
        MDC.put("migration", "of the caller");
        MDC.put("trace", "t1");
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(appender);
        logger.setLevel(levelBefore);
        MDC.clear();
    }

    private Map<String, String> contextOf(String line) {
        return lines.stream()
                .filter(each -> each.getFormattedMessage().startsWith(line))
                .findFirst()
                .orElseThrow(() -> new AssertionError(line + " is not in " + lines))
                .getMDCPropertyMap();
    }

    @Test
    void eachLineSaysItsRunMigrationAndFileAlsoWhereMigrationsShareAMessage() {
        folder.write("001-a.sql", "CREATE TABLE a (id int);")
                .write("002-b.sql", "CREATE TABLE b (id int);")
                .write("004-d.sql", "CREATE TABLE d (id nonsense);");

        RunReport report = builder.dataMigrations(new Talking()).build().migrate();

        for (String name : List.of("001-a", "002-b")) {
            assertThat(contextOf("Applied " + name))
                    .containsEntry("runId", report.runId())
                    .containsEntry("instanceId", "pod-7")
                    .containsEntry("migration", name)
                    .containsEntry("filename", folder.path() + "/" + name + ".sql")
                    .containsEntry("trace", "t1");
        }
        assertThat(contextOf("hello from code")).containsEntry("migration", "003-talking");
        assertThat(contextOf("004-d failed"))
                .containsEntry("migration", "004-d")
                .containsEntry("filename", folder.path() + "/004-d.sql");
        assertThat(contextOf("Migrated in"))
                .containsEntry("runId", report.runId())
                .doesNotContainKeys("filename");
    }

    @Test
    void theCallersContextComesBack() {
        folder.write("001-a.sql", "CREATE TABLE a (id int);");

        builder.build().migrate().orThrow();

        assertThat(MDC.getCopyOfContextMap()).isEqualTo(Map.of("migration", "of the caller", "trace", "t1"));
    }

    @Test
    void noNameIsInTheContextAndAmongTheValuesOfALine() {
        folder.write("001-a.sql", "CREATE TABLE a (id int);").write("002-b.sql", "SELECT nonsense;");

        builder.build().migrate();

        assertThat(lines).isNotEmpty().allSatisfy(line -> {
            if (line.getKeyValuePairs() != null) {
                assertThat(line.getKeyValuePairs())
                        .extracting(pair -> pair.key)
                        .doesNotContainAnyElementsOf(line.getMDCPropertyMap().keySet());
            }
        });
        assertThat(lines)
                .filteredOn(line -> line.getFormattedMessage().startsWith("Applied"))
                .singleElement()
                .satisfies(line -> assertThat(line.getKeyValuePairs())
                        .extracting(pair -> pair.key)
                        .containsExactly("durationMs"));
    }

    @Test
    void aRunHasOneSummaryAndOneWithoutWorkHasNone() {
        folder.write("001-a.sql", "CREATE TABLE a (id int);").write("002-b.sql", "CREATE TABLE b (id int);");
        Migrator migrator = builder.build();

        migrator.migrate().orThrow();
        assertThat(lines)
                .extracting(ILoggingEvent::getFormattedMessage)
                .filteredOn(line -> line.startsWith("Migrated"))
                .hasSize(1);
        lines.clear();
        migrator.migrate().orThrow();

        assertThat(lines).isEmpty();
    }

    @Test
    void aRunThatEndsWithAnExceptionIsToldAsAborted() {
        folder.write("001-a.sql", "SELECT 'never closed;");

        assertThatExceptionOfType(MigratorException.class)
                .isThrownBy(() -> builder.build().migrate());

        assertThat(events).singleElement().isInstanceOfSatisfying(RunAborted.class, aborted -> {
            assertThat(aborted.problems()).extracting(Problem::code).containsExactly(ProblemCode.UNCLOSED_TOKEN);
            assertThat(aborted.runId()).isNotBlank();
        });
    }

    @Test
    void aWaitInVainIsToldWithItsEnd() {
        Migrator second = builder.build();
        folder.write("001-a.sql", "CREATE TABLE a (id int);");
        DataMigration holder = new Calling(
                () -> assertThatExceptionOfType(MigratorException.class).isThrownBy(second::migrate));

        Migrator.builder()
                .connection(database.jdbcUrl(), null, null)
                .locations(folder.location())
                .dataMigrations(holder)
                .build()
                .migrate()
                .orThrow();

        assertThat(events)
                .filteredOn(event -> !(event instanceof MigrationEvent.Following))
                .extracting(event -> event.getClass().getSimpleName())
                .containsExactly("LockWaiting", "LockWaited", "RunAborted");
        assertThat(events).filteredOn(LockWaited.class::isInstance).first().satisfies(waited -> {
            assertThat(((LockWaited) waited).acquired()).isFalse();
            assertThat(((LockWaited) waited).waited()).isGreaterThan(Duration.ofMillis(250));
        });
    }

    private record Calling(Runnable call) implements DataMigration {

        @Override
        public MigrationName name() {
            return MigrationName.of("000-calling");
        }

        @Override
        public MigrationResult up(MigrationContext context) {
            call.run();
            return MigrationResult.success(0);
        }
    }

    private static final class Talking implements DataMigration {

        @Override
        public MigrationName name() {
            return MigrationName.of("003-talking");
        }

        @Override
        public MigrationResult up(MigrationContext context) {
            LoggerFactory.getLogger("dev.migrator.talking").info("hello from code");
            return MigrationResult.success(0);
        }
    }
}
