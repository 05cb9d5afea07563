package dev.migrator.testkit;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A main class in a process of its own with the class path of the tests: something that can be killed, stopped and
 * continued as an operating system does it, which no thread can. Closing kills it.
 */
public final class ChildJvm implements AutoCloseable {

    /** A child shall read numbers, letters and times as its parent does, else a hostile locale tests nothing. */
    private static final List<String> INHERITED = List.of("user.language", "user.country", "user.timezone");

    private static final Duration DEATH_LIMIT = Duration.ofSeconds(10);

    private final Process process;
    private final StringBuilder output = new StringBuilder();
    private final Thread drain;

    private ChildJvm(Process process) {
        this.process = process;
        this.drain = new Thread(this::drain, "output of " + process.pid());
        drain.setDaemon(true);
        drain.start();
    }

    public static Builder of(Class<?> mainClass, String... args) {
        return of(mainClass.getName(), args);
    }

    /** By name: for main classes that the test cannot see. */
    public static Builder of(String mainClass, String... args) {
        return new Builder(List.of("-cp", Builder.classPath(), mainClass), List.of(args));
    }

    /** An executable jar as it is shipped: nothing of the tests' class path reaches it. */
    public static Builder ofJar(Path jar, String... args) {
        return new Builder(List.of("-jar", jar.toString()), List.of(args));
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Everything it has printed so far, on both streams. */
    public String output() {
        synchronized (output) {
            return output.toString();
        }
    }

    /** The exit code; a child that lives longer is killed and its output is the failure's text. */
    public int waitFor(Duration limit) {
        if (!exitsWithin(limit)) {
            kill();
            throw new AssertionError("Process " + pid() + " runs after " + limit + ". Its output:\n" + output());
        }
        return process.exitValue();
    }

    /** Waits until it has printed the text; fails if it ends or the limit passes before. */
    public void awaitOutput(String text, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        synchronized (output) {
            while (output.indexOf(text) < 0) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (left <= 0 || !drain.isAlive()) {
                    throw new AssertionError("Process " + pid() + " did not print '" + text + "', but:\n" + output);
                }
                pauseUntilOutput(left);
            }
        }
    }

    /** A line for its standard input. */
    public void send(String line) {
        try {
            Writer input = process.outputWriter(StandardCharsets.UTF_8);
            input.write(line + "\n");
            input.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("Process " + pid() + " reads nothing any more: " + output(), e);
        }
    }

    private void pauseUntilOutput(long millis) {
        try {
            output.wait(Math.min(millis, 100));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for output", e);
        }
    }

    /** SIGKILL, and waits until it is gone: no shutdown hook, no finally, no farewell to the server. */
    public void kill() {
        process.destroyForcibly();
        if (!exitsWithin(DEATH_LIMIT)) {
            throw new IllegalStateException("Process " + pid() + " survived SIGKILL");
        }
    }

    /** SIGTERM: what an orchestrator sends first. Does not wait; through the handle, for the process's own also closes its output. */
    public void terminate() {
        process.toHandle().destroy();
    }

    /** SIGSTOP: alive, connected, and silent, like a long pause of the garbage collector or a frozen machine. */
    public void pause() {
        signal("STOP");
    }

    /** SIGCONT: goes on and does not know that time has passed. */
    public void resume() {
        signal("CONT");
    }

    @Override
    public void close() {
        kill();
    }

    private void signal(String name) {
        try {
            Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid()))
                    .inheritIO()
                    .start();
            if (kill.waitFor() != 0) {
                throw new IllegalStateException("Process " + pid() + " did not take the signal " + name);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while sending a signal", e);
        }
    }

    /** Including its last words: the pipe can hold some after the process has gone. */
    private boolean exitsWithin(Duration limit) {
        try {
            boolean exited = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
            if (exited) {
                drain.join(DEATH_LIMIT.toMillis());
            }
            return exited;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for process " + pid(), e);
        }
    }

    private void drain() {
        char[] buffer = new char[4096];
        try (Reader reader = new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)) {
            for (int read = reader.read(buffer); read >= 0; read = reader.read(buffer)) {
                synchronized (output) {
                    output.append(buffer, 0, read);
                    output.notifyAll();
                }
            }
        } catch (IOException e) {
            // The stream of a killed process closes under its reader: there is nothing more to read.
            return;
        }
    }

    /** What to start; nothing runs before {@link #start}. */
    public static final class Builder {

        private final List<String> program;
        private final List<String> args;
        private final List<String> prefix = new ArrayList<>();
        private final List<String> jvmArgs = new ArrayList<>();
        private final Map<String, String> environment = new LinkedHashMap<>();

        private Builder(List<String> program, List<String> args) {
            this.program = program;
            this.args = args;
        }

        public Builder env(String name, String value) {
            environment.put(name, value);
            return this;
        }

        /** In the notation of {@code -Xmx}: "256m". */
        public Builder maxHeap(String size) {
            return jvmArgs("-Xmx" + size);
        }

        public Builder jvmArgs(String... more) {
            jvmArgs.addAll(List.of(more));
            return this;
        }

        /** A command that runs another one in its own place, with its arguments. */
        public Builder within(String... command) {
            prefix.addAll(List.of(command));
            return this;
        }

        public ChildJvm start() {
            ProcessBuilder builder = new ProcessBuilder(command()).redirectErrorStream(true);
            builder.environment().putAll(environment);
            try {
                return new ChildJvm(builder.start());
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot start a JVM for " + program.get(program.size() - 1), e);
            }
        }

        private List<String> command() {
            List<String> command = new ArrayList<>(prefix);
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(inherited());
            command.addAll(List.of("-Dfile.encoding=UTF-8", "-Dsun.stdout.encoding=UTF-8", "-XX:TieredStopAtLevel=1"));
            command.addAll(jvmArgs);
            command.addAll(program);
            command.addAll(args);
            return command;
        }

        private static List<String> inherited() {
            return INHERITED.stream()
                    .filter(name -> System.getProperty(name) != null)
                    .map(name -> "-D" + name + "=" + System.getProperty(name))
                    .toList();
        }

        /** Surefire may start its JVM with a jar that holds nothing but the real path; it names that path aside. */
        private static String classPath() {
            return Stream.of("surefire.test.class.path", "java.class.path")
                    .map(System::getProperty)
                    .filter(path -> path != null && !path.isBlank())
                    .findFirst()
                    .orElseThrow();
        }
    }
}
