package dev.migrator.cli;

import dev.migrator.postgres.ConnectionDetails;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.Properties;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Where a password comes from when no setting has it: PGPASSWORD, then .pgpass, then a person. */
final class Password {

    /** The driver reads this file by itself, whatever its rights; this says where it is. */
    private static final String DRIVERS_FILE = "org.postgresql.pgpassfile";

    private static final Set<PosixFilePermission> OF_OTHERS = EnumSet.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE);

    private static final Set<String> NO_PASSWORD_GIVEN = Set.of("08004", "28P01");

    private final Function<String, @Nullable String> environment;
    private final Prompt prompt;

    /** A person who types it, unseen. */
    interface Prompt {

        /** Null when there is nobody. */
        char @Nullable [] password(String question);

        void warn(String text);
    }

    Password(Function<String, @Nullable String> environment, Prompt prompt) {
        this.environment = environment;
        this.prompt = prompt;
    }

    ConnectionDetails complete(ConnectionDetails details) {
        String known = environment.apply("PGPASSWORD");
        if (details.password() != null || details.url().contains("password=")) {
            return details;
        } else if (known != null && !known.isEmpty()) {
            return with(details, known);
        }
        refuseOpenFile();
        return needsOne(details) ? asked(details) : details;
    }

    /** As libpq does: a file that others can read is not used. */
    private void refuseOpenFile() {
        String named = environment.apply("PGPASSFILE");
        Path file = named != null && !named.isBlank()
                ? Path.of(named)
                : Path.of(System.getProperty("user.home", "."), ".pgpass");
        try {
            Set<PosixFilePermission> rights =
                    Files.exists(file) ? EnumSet.copyOf(Files.getPosixFilePermissions(file)) : Set.of();
            if (rights.stream().anyMatch(OF_OTHERS::contains)) {
                prompt.warn("warning: " + file + " can be read by others, so it is not used.\n  -> chmod 600 " + file);
                System.setProperty(DRIVERS_FILE, file + ".not-used");
            }
        } catch (IOException | UnsupportedOperationException e) {
            // no such rights on this platform, or no such file any more: nothing to refuse
            return;
        }
    }

    /** Only where a person could answer is it worth a connection to learn whether the server wants one. */
    private boolean needsOne(ConnectionDetails details) {
        if (System.console() == null) {
            return false;
        }
        Properties properties = new Properties();
        if (details.username() != null) {
            properties.setProperty("user", details.username());
        }
        properties.setProperty("connectTimeout", "10");
        try {
            DriverManager.getConnection(details.url(), properties).close();
            return false;
        } catch (SQLException e) {
            return NO_PASSWORD_GIVEN.contains(String.valueOf(e.getSQLState()));
        }
    }

    private ConnectionDetails asked(ConnectionDetails details) {
        String user = details.username() == null ? System.getProperty("user.name") : details.username();
        char[] typed = prompt.password("Password of " + user + " at " + details.place() + ": ");
        if (typed == null) {
            throw new MigratorException(Problem.error(
                    ProblemCode.CONNECTION,
                    details.place(),
                    "The server wants a password of " + user + ", and none was given.",
                    "Set MIGRATOR_PASSWORD or PGPASSWORD, or write it into .pgpass."));
        }
        return with(details, new String(typed));
    }

    private static ConnectionDetails with(ConnectionDetails details, String password) {
        return new ConnectionDetails(details.url(), details.username(), password, details.properties());
    }
}
