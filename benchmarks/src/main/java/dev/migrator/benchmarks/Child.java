package dev.migrator.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** The measured process: applies one folder to each of the databases, one after the other. */
public final class Child {

    static final String RUN = "run-nanos ";
    static final String END = "end ";

    private Child() {}

    public static void main(String[] args) throws Exception {
        Subject subject = Subject.valueOf(args[0]);
        Path files = Path.of(args[1]);
        for (int i = 2; i < args.length; i++) {
            long startedAt = System.nanoTime();
            subject.apply(args[i], files);
            System.out.println(RUN + (System.nanoTime() - startedAt));
        }
        Duration processor = ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
        System.out.println(END + processor.toNanos() + " " + peakMemory());
    }

    /** In kB; 0 where the system does not tell. */
    static long peakMemory() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (Files.exists(status)) {
            for (String line : Files.readAllLines(status)) {
                if (line.startsWith("VmHWM:")) {
                    return Long.parseLong(line.replaceAll("[^0-9]", ""));
                }
            }
        }
        return 0;
    }
}
