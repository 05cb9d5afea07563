package dev.migrator.testkit;

/**
 * One message from a client, as {@link WireProxy} saw it.
 *
 * @param number counts from 1 over all connections of the proxy, in order of arrival
 * @param connection counts from 1
 * @param type the type byte of the protocol; {@link #START_UP} for messages that have none
 * @param text the head of the SQL of a Query or Parse, the name of a start-up message, else empty
 */
public record ClientMessage(int number, int connection, char type, String text) {

    /** StartupMessage, SSLRequest, GSSENCRequest and CancelRequest come without a type. */
    public static final char START_UP = '0';

    public static final char QUERY = 'Q';
    public static final char PARSE = 'P';
    public static final char EXECUTE = 'E';
    public static final char SYNC = 'S';
    public static final char TERMINATE = 'X';

    public boolean hasSql() {
        return type == QUERY || type == PARSE;
    }
}
