package dev.migrator.postgres;

import dev.migrator.problem.SafeText;
import java.sql.SQLException;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** What the server said, as one line for people: without position, detail and hint, which the driver puts behind it. */
public final class ServerText {

    private ServerText() {}

    public static String line(SQLException e) {
        ServerErrorMessage server = e instanceof PSQLException said ? said.getServerErrorMessage() : null;
        return SafeText.line(
                server == null ? String.valueOf(e.getMessage()) : server.getSeverity() + ": " + server.getMessage());
    }
}
