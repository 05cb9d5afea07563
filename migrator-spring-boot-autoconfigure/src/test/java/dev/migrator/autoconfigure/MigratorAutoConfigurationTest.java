package dev.migrator.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.migrator.Migrator;
import dev.migrator.event.MigrationListener;
import dev.migrator.problem.MigratorException;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.datasource.AbstractDataSource;

@PostgresTest
@ExtendWith(OutputCaptureExtension.class)
class MigratorAutoConfigurationTest {

    private MigrationFolder folder;
    private ApplicationContextRunner runner;

    @BeforeEach
    void folder(@TempDir Path path) {
        folder = new MigrationFolder(path).write("001-first.sql", "CREATE TABLE first (id int);");
        runner = StartedByTheTest.in(new ApplicationContextRunner())
                .withConfiguration(
                        AutoConfigurations.of(DataSourceAutoConfiguration.class, MigratorAutoConfiguration.class))
                .withPropertyValues("migrator.locations=" + folder.location());
    }

    private ApplicationContextRunner on(TestDatabase database) {
        return runner.withPropertyValues("spring.datasource.url=" + database.jdbcUrl());
    }

    private static void start(AssertableApplicationContext context) {
        assertThat(context).hasNotFailed();
        StartedByTheTest.start(context);
    }

    @Test
    void stepsBackWithOneLineWithoutDataSourceAndUrl(CapturedOutput output) {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(MigratorAutoConfiguration.class))
                .run(context -> {
                    assertThat(context).hasNotFailed().doesNotHaveBean(Migrator.class);
                    assertThat(context.getBean(MigrationActivity.class)
                                    .snapshot()
                                    .phase())
                            .isEqualTo(ActivitySnapshot.Phase.UNKNOWN);
                });
        assertThat(output)
                .containsOnlyOnce("No migrations: there is neither a data source nor migrator.url (DATABASE_URL)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"false", "off"})
    void switchedOffNothingOfItRuns(String off, TestDatabase database, CapturedOutput output) {
        on(database)
                .withPropertyValues("migrator.enabled=" + off)
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .doesNotHaveBean(Migrator.class)
                        .doesNotHaveBean(MigrationLifecycle.class)
                        .hasSingleBean(MigrationActivity.class));
        assertThat(output).containsOnlyOnce("No migrations: they are switched off (migrator.enabled=false)");
        assertThat(database.exists("schema_migrations")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"on", "yes", "1"})
    void switchedOnItRunsWhateverTheWord(String on, TestDatabase database) {
        on(database)
                .withPropertyValues("migrator.enabled=" + on)
                .run(context -> assertThat(context).hasSingleBean(Migrator.class));
    }

    @Test
    void whereTheEnvironmentIsNoneOfThoseThatMigrateAStartChangesNothing(TestDatabase database, CapturedOutput output) {
        ApplicationContextRunner runner = on(database)
                .withPropertyValues("migrator.environments-active=staging,production", "migrator.startup.mode=early");
        runner.withPropertyValues("spring.profiles.active=development").run(context -> {
            start(context);
            assertThat(context.getBean(Migrator.class).status().statistics().pending())
                    .isEqualTo(1);
            assertThat(context.getBean(MigrationActivity.class).snapshot().phase())
                    .isEqualTo(ActivitySnapshot.Phase.UNKNOWN);
        });
        assertThat(output)
                .containsOnlyOnce(
                        "No migrations at this start: migrator.environments-active=production,staging, and this"
                                + " service runs in development");
        assertThat(database.exists("schema_migrations")).isFalse();

        runner.withPropertyValues("spring.profiles.active=eu,staging").run(MigratorAutoConfigurationTest::start);
        assertThat(database.exists("first")).isTrue();
    }

    @Test
    void anEnvironmentThatIsNamedCountsInPlaceOfTheProfiles(TestDatabase database) {
        ApplicationContextRunner runner = on(database)
                .withPropertyValues("migrator.environments-active=production", "spring.profiles.active=production");

        runner.withPropertyValues("migrator.environments=replica").run(MigratorAutoConfigurationTest::start);
        assertThat(database.exists("first")).isFalse();

        runner.withPropertyValues("migrator.environments=production").run(MigratorAutoConfigurationTest::start);
        assertThat(database.exists("first")).isTrue();
    }

    @Test
    void aPoolOfOneThatIsInUseIsNoObstacle(TestDatabase database) {
        on(database)
                .withPropertyValues("spring.datasource.hikari.maximum-pool-size=1")
                .run(context -> {
                    try (Connection only = context.getBean(DataSource.class).getConnection()) {
                        start(context);
                        assertThat(only.isValid(1)).isTrue();
                    }
                });
        assertThat(database.exists("first")).isTrue();
    }

    @Test
    void lazyConnectionsAndLazyBeansAreNoObstacle(TestDatabase database) {
        on(database)
                .withPropertyValues("spring.datasource.connection-fetch=lazy", "migrator.startup.mode=early")
                .withInitializer(context -> context.addBeanFactoryPostProcessor(
                        new org.springframework.boot.LazyInitializationBeanFactoryPostProcessor()))
                .run(context -> assertThat(database.exists("first")).isTrue());
    }

    @Test
    void thePoolsSchemaIsTheMigrationsSchema(TestDatabase database) {
        database.execute("CREATE SCHEMA loyalty");
        on(database)
                .withPropertyValues(
                        "spring.datasource.hikari.schema=loyalty", "spring.datasource.hikari.auto-commit=false")
                .run(MigratorAutoConfigurationTest::start);
        assertThat(database.exists("loyalty.first")).isTrue();
        assertThat(database.exists("loyalty.schema_migrations")).isTrue();
    }

    @Test
    void aReadOnlyPoolIsNoPlaceToMigrate(TestDatabase database) {
        on(database)
                .withPropertyValues("spring.datasource.hikari.read-only=true")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .isInstanceOf(MigratorException.class)
                        .hasMessageContaining("data source dataSource: Its connections are read-only"));
    }

    @Test
    void aUrlOfItsOwnWinsOverTheApplicationsDataSource(TestDatabase database) {
        runner.withPropertyValues(
                        "spring.datasource.url=jdbc:postgresql://nowhere.invalid/x",
                        "migrator.url=" + database.jdbcUrl())
                .run(MigratorAutoConfigurationTest::start);
        assertThat(database.exists("first")).isTrue();
    }

    @Test
    void anotherUserMigratesAtTheApplicationsAddress(TestDatabase database) {
        String owner = database.createUser("owner");
        database.execute("GRANT CREATE ON SCHEMA public TO " + owner);
        runner.withPropertyValues(
                        "spring.datasource.url=" + database.url(),
                        "spring.datasource.username=nobody",
                        "migrator.username=" + owner,
                        "migrator.password=" + owner)
                .run(MigratorAutoConfigurationTest::start);
        assertThat(database.value("SELECT tableowner FROM pg_tables WHERE tablename = 'first'", String.class))
                .isEqualTo(owner);
        database.execute(
                "DROP TABLE first, schema_migrations, schema_migrations_log CASCADE", "DROP OWNED BY " + owner);
    }

    @Test
    void theMarkedDataSourceIsMigrated(TestDatabase database) {
        runner.withUserConfiguration(TwoDataSources.class)
                .withPropertyValues("test.url=" + database.jdbcUrl(), "test.marked=true")
                .run(MigratorAutoConfigurationTest::start);
        assertThat(database.exists("first")).isTrue();
    }

    @Test
    void twoDataSourcesWithoutAChoiceAreRefusedByName() {
        runner.withBean("one", DataSource.class, PGSimpleDataSource::new)
                .withBean("two", DataSource.class, PGSimpleDataSource::new)
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessage("data sources one, two: There are 2 and none is primary, so it is unknown which one"
                                + " is to be migrated.\n  -> Mark one with @MigratorDataSource or @Primary, or set"
                                + " migrator.url."));
    }

    @Test
    void aDataSourceThatTellsNothingIsRefusedByName() {
        runner.withBean("own", DataSource.class, SilentDataSource::new)
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .isInstanceOf(MigratorException.class)
                        .hasMessageContaining("data source own: It is a " + SilentDataSource.class.getName())
                        .hasMessageContaining("Set migrator.url, migrator.username and migrator.password."));
    }

    @Test
    void connectionDetailsOfABeanWinOverEverything(TestDatabase database) {
        runner.withBean(MigratorConnectionDetails.class, () -> details(database))
                .withPropertyValues(
                        "spring.datasource.url=jdbc:postgresql://nowhere.invalid/x",
                        "migrator.url=jdbc:postgresql://nowhere.invalid/x")
                .run(MigratorAutoConfigurationTest::start);
        assertThat(database.exists("first")).isTrue();
    }

    @Test
    void theLeaseIsTakenWhereItIsWantedOrAPoolerIsSaidToBeThere(TestDatabase database) {
        on(database).run(MigratorAutoConfigurationTest::start);
        assertThat(database.exists("migration_locks")).isFalse();
        for (String property : List.of("migrator.lock.type=lease", "migrator.pooler=transaction")) {
            database.execute("DROP SCHEMA public CASCADE", "CREATE SCHEMA public");
            on(database).withPropertyValues(property).run(MigratorAutoConfigurationTest::start);
            assertThat(database.exists("migration_locks")).as(property).isTrue();
        }
        on(database)
                .withPropertyValues("migrator.lock.lease=10ms")
                .run(context ->
                        assertThat(context).getFailure().rootCause().hasMessageContaining("migrator.lock.lease"));
    }

    @Test
    void aBadPropertyIsRefusedByItsName(TestDatabase database) {
        on(database)
                .withPropertyValues("migrator.auto-migrate=flase")
                .run(context -> assertThat(context).getFailure().hasStackTraceContaining("migrator.auto-migrate"));
        on(database)
                .withPropertyValues("migrator.lock.timeout=-1s")
                .run(context ->
                        assertThat(context).getFailure().rootCause().hasMessageContaining("migrator.lock.timeout"));
    }

    @Test
    void verifyingRefusesADatabaseWithoutHistory(TestDatabase database) {
        on(database)
                .withPropertyValues("migrator.auto-migrate=false")
                .run(context -> assertThatThrownBy(() -> start(context))
                        .hasMessageContaining("There is no tracking table, so no migration was ever applied here"));
        assertThat(database.exists("schema_migrations")).isFalse();
    }

    @Test
    void verifyingNamesWhatIsPendingAndWhatFailedAndThenStarts(TestDatabase database) {
        on(database).run(MigratorAutoConfigurationTest::start);
        folder.write("002-broken.sql", "SELECT nothing;").write("003-more.sql", "CREATE TABLE more (id int);");
        on(database).run(context -> assertThatThrownBy(() -> start(context)).isInstanceOf(MigratorException.class));

        ApplicationContextRunner verifying = on(database).withPropertyValues("migrator.auto-migrate=false");
        verifying.run(context -> assertThatThrownBy(() -> start(context))
                .hasMessageContaining("002-broken: It failed when it was run last (try 1): ")
                .hasMessageContaining("1 migration is pending: 003-more."));
        assertThat(database.exists("more")).isFalse();

        folder.write("002-broken.sql", "SELECT 1;");
        on(database).run(MigratorAutoConfigurationTest::start);
        verifying.run(context -> assertThatCode(() -> start(context)).doesNotThrowAnyException());
    }

    @Test
    void listenersHearOfTheRunAndCustomizersHaveTheLastWord(TestDatabase database) {
        List<String> heard = new ArrayList<>();
        on(database)
                .withBean(
                        "listener",
                        MigrationListener.class,
                        () -> event -> heard.add(event.getClass().getSimpleName()))
                .withBean(MigratorBuilderCustomizer.class, () -> builder -> builder.table("other_name"))
                .run(MigratorAutoConfigurationTest::start);
        assertThat(heard).containsExactly("RunStarted", "MigrationStarted", "MigrationCompleted", "RunCompleted");
        assertThat(database.exists("other_name")).isTrue();
    }

    @Test
    void theProfilesAreTheEnvironments(TestDatabase database) {
        folder.write("002-testers.sql", "-- migrator: environments=staging\nCREATE TABLE testers (id int);");
        on(database).run(MigratorAutoConfigurationTest::start);
        assertThat(database.exists("testers")).isFalse();

        on(database).withPropertyValues("spring.profiles.active=staging").run(MigratorAutoConfigurationTest::start);
        assertThat(database.exists("testers")).isTrue();
    }

    private static MigratorConnectionDetails details(TestDatabase database) {
        return new MigratorConnectionDetails() {

            @Override
            public String getJdbcUrl() {
                return database.url();
            }

            @Override
            public String getUsername() {
                return database.server().user();
            }

            @Override
            public String getPassword() {
                return database.server().password();
            }
        };
    }

    static final class SilentDataSource extends AbstractDataSource {

        @Override
        public Connection getConnection() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Connection getConnection(String username, String password) {
            throw new UnsupportedOperationException();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class TwoDataSources {

        @Bean
        DataSource application() {
            return new PGSimpleDataSource();
        }

        @Bean(defaultCandidate = false)
        @MigratorDataSource
        DataSource migrations(org.springframework.core.env.Environment environment) {
            HikariDataSource pool = new HikariDataSource();
            pool.setJdbcUrl(environment.getRequiredProperty("test.url"));
            return pool;
        }
    }
}
