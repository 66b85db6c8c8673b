package org.karst.sandbox.verify;

import java.io.IOException;

/** Answers whether one endpoint reaches another. */
interface Probe {
    /**
     * Asks.
     *
     * @throws IOException when there is no answer: what is wrong, in a sentence
     */
    boolean reaches(Endpoint from, Endpoint to, int port, PolicyCase.Protocol protocol)
            throws IOException, InterruptedException;
}
