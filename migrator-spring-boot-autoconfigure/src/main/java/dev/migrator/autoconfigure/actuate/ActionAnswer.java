package dev.migrator.autoconfigure.actuate;

import dev.migrator.StatusDocument;
import dev.migrator.problem.MigratorException;
import dev.migrator.problem.Problem;
import dev.migrator.problem.ProblemCode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;

/**
 * What an action is answered with.
 *
 * @param status of HTTP
 */
record ActionAnswer(int status, Map<String, Object> document) {

    static final int OK = 200;
    static final int ACCEPTED = 202;
    static final int BAD_REQUEST = 400;
    static final int FORBIDDEN = 403;
    static final int NOT_FOUND = 404;
    static final int CONFLICT = 409;
    static final int TOO_MANY_REQUESTS = 429;
    private static final int SERVER_ERROR = 500;
    private static final int UNAVAILABLE = 503;

    static ActionAnswer refused(int status, String subject, String description, String action) {
        return problems(status, List.of(Problem.error(ProblemCode.REFUSED, subject, description, action)));
    }

    static ActionAnswer of(MigratorException failure) {
        return problems(status(failure.first().code()), failure.problems());
    }

    /** Of what is done at once. */
    static ActionAnswer done(String migration, String action, String operator, String reason) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("migration", migration);
        document.put("done", action);
        document.put("by", operator);
        document.put("reason", reason);
        return new ActionAnswer(OK, document);
    }

    private static ActionAnswer problems(int status, List<Problem> problems) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("status", status);
        document.put("problems", StatusDocument.problems(problems));
        return new ActionAnswer(status, document);
    }

    private static int status(ProblemCode code) {
        return switch (code) {
            case INVALID_SETTING -> BAD_REQUEST;
            case UNKNOWN_NAME, UNKNOWN_TARGET -> NOT_FOUND;
            case REFUSED, LOCK_TIMEOUT, HISTORY_MISSING, HISTORY_EMPTY -> CONFLICT;
            case CONNECTION -> UNAVAILABLE;
            default -> SERVER_ERROR;
        };
    }

    /** Whether it was looked at at all: who may not act has changed nothing. */
    boolean wasTried() {
        return status != FORBIDDEN && status != TOO_MANY_REQUESTS;
    }

    /** Marked, so that it is written by the endpoints' own mapper, whatever the application does with its one. */
    WebEndpointResponse<Map<String, Object>> response() {
        return new WebEndpointResponse<>(OperationResponseBody.of(WorstProblems.of(document)), status);
    }
}
