package dev.migrator.autoconfigure.command;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/** The process's standard output, kept for the command's answer: what else would be printed there goes to the other. */
final class StandardOutput {

    private StandardOutput() {}

    static void reserve() {
        System.setOut(new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8));
    }

    /** In UTF-8 whatever the locale: what comes out is read by machines too. */
    static PrintWriter answer() {
        return writer(FileDescriptor.out);
    }

    static PrintWriter aside() {
        return writer(FileDescriptor.err);
    }

    private static PrintWriter writer(FileDescriptor stream) {
        return new PrintWriter(new FileOutputStream(stream), false, StandardCharsets.UTF_8);
    }
}
