package org.karst.ovsdb;

/** Hears whether a client is connected; called on the client's event loop, must not block. */
public interface ClientListener {

    /** Requests can be made. */
    void connected();

    /**
     * The connection is lost or could not be made; the client tries again.
     *
     * @param reason a sentence for a human
     */
    void disconnected(String reason);

    /** Hears nothing. */
    static ClientListener none() {
        return new ClientListener() {
            @Override
            public void connected() {}

            @Override
            public void disconnected(String reason) {}
        };
    }
}
