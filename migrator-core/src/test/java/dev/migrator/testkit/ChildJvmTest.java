package dev.migrator.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ChildJvmTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    @Test
    void childHasTheTestsClassPathArgumentsEnvironmentHeapAndLocale() {
        try (ChildJvm child = ChildJvm.of(Child.class, "show", "ş")
                .env("CHILD_ENV", "from env")
                .maxHeap("48m")
                .start()) {
            assertThat(child.waitFor(LIMIT)).as(child.output()).isEqualTo(3);
            assertThat(child.output())
                    .contains("arg ş", "env from env", "heap 48", "locale " + Locale.getDefault(), "driver found")
                    .contains("on the error stream");
        }
    }

    @Test
    void childThatLivesTooLongIsKilledAndItsOutputReported() {
        try (ChildJvm child = ChildJvm.of(Child.class, "hang").start()) {
            child.awaitOutput("ready", LIMIT);

            assertThatThrownBy(() -> child.waitFor(Duration.ofMillis(100)))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("ready");
            assertThat(child.isAlive()).isFalse();
        }
    }

    @Test
    void awaitedTextThatNeverComesFails() {
        try (ChildJvm child = ChildJvm.of(Child.class, "show", "x").start()) {
            assertThatThrownBy(() -> child.awaitOutput("ready", LIMIT))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("arg x");
        }
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void killRunsNoShutdownHookAndTerminateDoes(@TempDir Path dir) {
        Path killed = dir.resolve("killed");
        Path terminated = dir.resolve("terminated");
        try (ChildJvm one = ChildJvm.of(Child.class, "hang", killed.toString()).start();
                ChildJvm two =
                        ChildJvm.of(Child.class, "hang", terminated.toString()).start()) {
            one.awaitOutput("ready", LIMIT);
            two.awaitOutput("ready", LIMIT);

            one.kill();
            two.terminate();

            assertThat(one.waitFor(LIMIT)).isEqualTo(128 + 9);
            assertThat(two.waitFor(LIMIT)).isEqualTo(128 + 15);
        }
        assertThat(Files.exists(killed)).isFalse();
        assertThat(Files.exists(terminated)).isTrue();
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void pausedChildDoesNothingUntilResumed() throws InterruptedException {
        try (ChildJvm child = ChildJvm.of(Child.class, "tick").start()) {
            child.awaitOutput("tick", LIMIT);

            child.pause();
            String before = settled(child);
            // Nothing can announce that nothing happens, so this test does let time pass: a hundred ticks of it.
            Thread.sleep(500);
            assertThat(child.output()).isEqualTo(before);

            child.resume();
            child.awaitOutput(before + "tick", LIMIT);
        }
    }

    /** What was in the pipe when the child stopped still arrives. */
    private static String settled(ChildJvm child) throws InterruptedException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        String seen = "";
        while (!seen.equals(child.output())) {
            assertThat(System.nanoTime()).as("it did not stop").isLessThan(deadline);
            seen = child.output();
            Thread.sleep(200);
        }
        return seen;
    }

    /** What runs in the other process. */
    static final class Child {

        private Child() {}

        public static void main(String[] args) throws Exception {
            switch (args[0]) {
                case "show" -> show(args[1]);
                case "hang" -> hang(args);
                default -> tick();
            }
        }

        private static void show(String arg) throws ClassNotFoundException {
            Class.forName("org.postgresql.Driver");
            System.out.println("driver found");
            System.out.println("arg " + arg);
            System.out.println("env " + System.getenv("CHILD_ENV"));
            System.out.println("heap " + Runtime.getRuntime().maxMemory() / 1024 / 1024);
            System.out.println("locale " + Locale.getDefault());
            System.err.println("on the error stream");
            System.exit(3);
        }

        private static void hang(String[] args) throws Exception {
            if (args.length > 1) {
                Runtime.getRuntime().addShutdownHook(new Thread(() -> touch(Path.of(args[1]))));
            }
            System.out.println("ready");
            Thread.sleep(60_000);
        }

        private static void touch(Path file) {
            try {
                Files.createFile(file);
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }

        private static void tick() throws InterruptedException {
            while (true) {
                System.out.print("tick");
                System.out.flush();
                Thread.sleep(5);
            }
        }
    }
}
