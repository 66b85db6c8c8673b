package org.karst.ovsdb;

/** A request that the database, the connection or the protocol refused; the message is a sentence for a human. */
public final class OvsdbException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int EXCERPT = 120;

    private final String error;

    /**
     * A refusal.
     *
     * @param error the short tag: one of RFC 7047 ("constraint violation", "timed out", "unknown method", …), or ours:
     *     "not connected", "connection lost", "protocol error", "no answer"
     * @param message what happened, to which object
     */
    public OvsdbException(String error, String message) {
        super(message);
        this.error = error;
    }

    /** A refusal with what led to it. */
    public OvsdbException(String error, String message, Throwable cause) {
        super(message, cause);
        this.error = error;
    }

    /** The short tag of the refusal, for code that must tell one from another. */
    public String error() {
        return error;
    }

    /** What the peer sent is not what the protocol says. */
    static OvsdbException malformed(String expected, Object found) {
        String text = String.valueOf(found);
        String excerpt = text.length() > EXCERPT ? text.substring(0, EXCERPT) + "…" : text;
        return new OvsdbException("protocol error", "expected " + expected + " of RFC 7047, found: " + excerpt);
    }
}
