package dev.migrator.sql;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** Recognises a statement's kind by its first words, and by later ones only where they are keywords by their place. */
final class StatementGrammar {

    private final TokenCursor tokens;

    private StatementGrammar(TokenCursor tokens) {
        this.tokens = tokens;
    }

    /** The kind of the statement that starts at an index; reads no further than its end. */
    static StatementKind kindAt(Window window, int start) throws IOException {
        int letter = window.at(start) | 0x20;
        boolean candidate = letter >= 'a' && letter <= 'v' && letter != 'i' && letter != 'u' && letter != 'g';
        return candidate
                ? new StatementGrammar(TokenCursor.in(window, start)).kind((char) letter)
                : StatementKind.ORDINARY;
    }

    private StatementKind kind(char letter) throws IOException {
        return switch (letter) {
            case 'a' -> alterOrAbort();
            case 'b' -> tokens.take("begin") ? StatementKind.BEGIN : StatementKind.ORDINARY;
            case 'c' -> startingWithC();
            case 'd' -> dropOrDiscard();
            case 'e' -> tokens.take("end") ? StatementKind.COMMIT : StatementKind.ORDINARY;
            case 'p' -> prepare();
            case 'r' -> startingWithR();
            case 's' -> startingWithS();
            case 'v' -> tokens.take("vacuum") ? StatementKind.VACUUM : StatementKind.ORDINARY;
            default -> StatementKind.ORDINARY;
        };
    }

    private StatementKind alterOrAbort() throws IOException {
        if (tokens.take("abort")) {
            return StatementKind.ROLLBACK;
        }
        if (!tokens.take("alter")) {
            return StatementKind.ORDINARY;
        }
        if (tokens.take("system")) {
            return StatementKind.ALTER_SYSTEM;
        }
        if (tokens.take("database")) {
            tokens.advance();
            return kindIf(tokens.take("set", "tablespace"), StatementKind.ALTER_DATABASE_TABLESPACE);
        }
        return kindIf(DetachedPartition.behindAlter(tokens) != null, StatementKind.DETACH_PARTITION_CONCURRENTLY);
    }

    private StatementKind startingWithC() throws IOException {
        if (tokens.take("create")) {
            return create();
        }
        if (tokens.take("commit")) {
            return tokens.take("prepared") ? StatementKind.COMMIT_PREPARED : StatementKind.COMMIT;
        }
        if (tokens.take("copy")) {
            return kindIf(copiesFromStdin(), StatementKind.COPY_FROM_STDIN);
        }
        if (tokens.take("cluster")) {
            tokens.take("verbose");
            tokens.skipParentheses();
            return kindIf(tokens.atEnd(), StatementKind.CLUSTER_ALL);
        }
        return StatementKind.ORDINARY;
    }

    private StatementKind create() throws IOException {
        if (tokens.take("unique") || tokens.is("index")) {
            return kindIf(tokens.take("index", "concurrently"), StatementKind.CREATE_INDEX_CONCURRENTLY);
        }
        if (tokens.take("database")) {
            return StatementKind.CREATE_DATABASE;
        }
        if (tokens.take("tablespace")) {
            return StatementKind.CREATE_TABLESPACE;
        }
        return kindIf(tokens.take("subscription") && createsSlot(), StatementKind.CREATE_SUBSCRIPTION);
    }

    private boolean createsSlot() throws IOException {
        while (!tokens.atEnd()) {
            if (tokens.take("with") && tokens.is(Token.OPEN)) {
                Map<String, Boolean> options = options();
                return options.getOrDefault("connect", true) && options.getOrDefault("create_slot", true);
            }
            tokens.advance();
        }
        return true;
    }

    /** {@code STDOUT} means the same as {@code STDIN} here, as the server's grammar has it. */
    private boolean copiesFromStdin() throws IOException {
        while (!tokens.atEnd()) {
            if (tokens.take("from")) {
                return tokens.is("stdin") || tokens.is("stdout");
            }
            if (tokens.is(Token.OPEN)) {
                tokens.skipParentheses();
            } else {
                tokens.advance();
            }
        }
        return false;
    }

    private StatementKind dropOrDiscard() throws IOException {
        if (tokens.take("discard")) {
            return kindIf(tokens.is("all"), StatementKind.DISCARD_ALL);
        }
        if (!tokens.take("drop")) {
            return StatementKind.ORDINARY;
        }
        if (tokens.take("database")) {
            return StatementKind.DROP_DATABASE;
        }
        if (tokens.take("tablespace")) {
            return StatementKind.DROP_TABLESPACE;
        }
        return kindIf(tokens.take("index", "concurrently"), StatementKind.DROP_INDEX_CONCURRENTLY);
    }

    /** A prepared statement may be called {@code transaction}; only a string makes it the command of that name. */
    private StatementKind prepare() throws IOException {
        return kindIf(
                tokens.take("prepare", "transaction") && tokens.is(Token.STRING), StatementKind.PREPARE_TRANSACTION);
    }

    private StatementKind startingWithR() throws IOException {
        if (tokens.take("rollback")) {
            return rollback();
        }
        if (tokens.take("release")) {
            return StatementKind.SAVEPOINT;
        }
        if (tokens.take("reindex")) {
            return reindex();
        }
        return kindIf(tokens.take("repack") && hasConcurrentlyOption(), StatementKind.REPACK_CONCURRENTLY);
    }

    private StatementKind rollback() throws IOException {
        if (tokens.take("prepared")) {
            return StatementKind.COMMIT_PREPARED;
        }
        if (!tokens.take("work")) {
            tokens.take("transaction");
        }
        return tokens.is("to") ? StatementKind.SAVEPOINT : StatementKind.ROLLBACK;
    }

    private StatementKind reindex() throws IOException {
        boolean concurrently = hasConcurrentlyOption();
        boolean whole = tokens.is("schema") || tokens.is("database") || tokens.is("system");
        tokens.advance();
        if (concurrently || tokens.is("concurrently")) {
            return StatementKind.REINDEX_CONCURRENTLY;
        }
        return kindIf(whole, StatementKind.REINDEX_WHOLE);
    }

    private boolean hasConcurrentlyOption() throws IOException {
        return tokens.is(Token.OPEN) && options().getOrDefault("concurrently", false);
    }

    private StatementKind startingWithS() throws IOException {
        if (tokens.take("savepoint")) {
            return StatementKind.SAVEPOINT;
        }
        if (tokens.take("start")) {
            return kindIf(tokens.is("transaction"), StatementKind.BEGIN);
        }
        if (!tokens.take("set")) {
            return StatementKind.ORDINARY;
        }
        if (!tokens.take("local")) {
            tokens.take("session");
        }
        if (tokens.is("transaction")) {
            return StatementKind.SET_TRANSACTION;
        }
        return kindIf(ClientSettings.areUnreadable(tokens), StatementKind.SET_CLIENT_UNREADABLE);
    }

    /** The options in the parentheses that open here, by their names; an option is on unless its value is a false one. */
    private Map<String, Boolean> options() throws IOException {
        Map<String, Boolean> options = new HashMap<>();
        tokens.take(Token.OPEN);
        while (!tokens.atEnd() && !tokens.take(Token.CLOSE)) {
            String name = QualifiedName.unquoted(tokens.text());
            tokens.advance();
            boolean on = true;
            while (!tokens.atEnd() && !tokens.is(Token.CLOSE) && !tokens.is(Token.COMMA)) {
                on &= !isFalse();
                tokens.advance();
            }
            tokens.take(Token.COMMA);
            options.put(name, on);
        }
        return options;
    }

    private boolean isFalse() {
        if (tokens.is(Token.NUMBER)) {
            return tokens.text().equals("0");
        }
        return tokens.is("false")
                || tokens.is("off")
                || tokens.text().equalsIgnoreCase("'false'")
                || tokens.text().equalsIgnoreCase("'off'");
    }

    private static StatementKind kindIf(boolean holds, StatementKind kind) {
        return holds ? kind : StatementKind.ORDINARY;
    }
}
