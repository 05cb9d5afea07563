package dev.migrator.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.Migrator;
import dev.migrator.testkit.MigrationFolder;
import dev.migrator.testkit.PostgresTest;
import dev.migrator.testkit.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Issue 6: {@code migrate --phase}. */
@PostgresTest
class PhaseCommandTest {

    private MigrationFolder folder;
    private TestDatabase database;

    @BeforeEach
    void folder(@TempDir Path path, TestDatabase fresh) {
        database = fresh;
        folder = new MigrationFolder(path)
                .write("001-first.sql", "CREATE TABLE first (id int, old int);")
                .write("002-fill.sql", "-- migrator: phase=background\nINSERT INTO first VALUES (1);")
                .write("003-key.sql", "-- migrator: depends=002-fill\nCREATE INDEX ON first (id);")
                .write("004-drop.sql", "-- migrator: phase=post-deploy\nALTER TABLE first DROP old;");
    }

    private Answer run(String... arguments) {
        return Answer.of(database, folder, arguments);
    }

    private static String text(Answer answer) {
        return answer.out().replaceAll("\\d+ ms", "N ms");
    }

    @Test
    void eachPhaseRunsAloneAndTheOthersAreNamed() {
        assertThat(text(run("migrate", "--phase=pre-deploy"))).isEqualTo("""
                Applied 001-first in N ms
                Left    002-fill: runs beside the service (background)
                Left    003-key: waits for 002-fill
                Left    004-drop: waits for 002-fill, 003-key
                Applied: 1, Failed: 0, Total: 4
                """);
        assertThat(run("status", "--check").exitCode())
                .as("the schema is complete")
                .isZero();
        assertThat(run("status").out()).contains("complete", "002-fill   later").doesNotContain("skipped ");
        assertThat(run("pending").out()).doesNotContain("002-fill");
        assertThat(text(run("migrate", "--phase=background"))).isEqualTo("""
                Applied 002-fill in N ms
                Left    003-key: runs before the deployment (pre-deploy)
                Left    004-drop: waits for 003-key
                Applied: 1, Failed: 0, Total: 4
                """);
        assertThat(text(run("migrate", "--phase=post-deploy"))).isEqualTo("""
                Left    003-key: runs before the deployment (pre-deploy)
                Left    004-drop: waits for 003-key
                Nothing else is pending.
                Applied: 0, Failed: 0, Total: 4
                """);
        assertThat(text(run("migrate", "--phase=pre-deploy,post-deploy"))).isEqualTo("""
                Applied 003-key in N ms
                Applied 004-drop in N ms
                Applied: 2, Failed: 0, Total: 4
                """);
        assertThat(text(run("migrate"))).isEqualTo("""
                Nothing is pending.
                Applied: 0, Failed: 0, Total: 4
                """);
    }

    @Test
    void aRunWithoutAPhaseLeavesOnlyPostDeploy() {
        assertThat(text(run("migrate"))).isEqualTo("""
                Applied 001-first in N ms
                Applied 002-fill in N ms
                Applied 003-key in N ms
                Left    004-drop: runs when no older release lives (post-deploy)
                Applied: 3, Failed: 0, Total: 4
                """);
        assertThat(run("migrate", "--json").out())
                .contains("\"later\"")
                .contains("\"name\":\"004-drop\",\"phase\":\"post-deploy\"");
    }

    @Test
    void olderInstancesAreNamedAndAreAnExitCodeOfTheirOwn() {
        run("migrate");
        Migrator.builder()
                .connection(database.jdbcUrl(), null, null)
                .instanceId("pod-7")
                .applicationVersion("1.4")
                .build()
                .instances()
                .heartbeat(Set.of(), Duration.ofMinutes(5));

        Answer answer = run("migrate", "--phase=post-deploy");

        assertThat(answer.exitCode()).isEqualTo(6);
        assertThat(answer.err()).contains("004-drop", "pod-7 (version 1.4, up for", "last heard of");
        assertThat(run("migrate", "--phase=post-deploy", "--json").out()).contains("\"exitCode\":6", "older-instances");
    }

    @Test
    void anUnknownPhaseIsBadUsage() {
        Answer answer = run("migrate", "--phase=backgrund");
        assertThat(answer.exitCode()).isEqualTo(2);
        assertThat(answer.err()).contains("There is no phase 'backgrund'", "Probably meant: background");
        assertThat(database.exists("schema_migrations")).isFalse();
    }
}
