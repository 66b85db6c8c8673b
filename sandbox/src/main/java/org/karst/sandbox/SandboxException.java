package org.karst.sandbox;

import java.io.IOException;

/** The sandbox cannot do what was asked; the message is one sentence for its user. */
public final class SandboxException extends IOException {
    private static final long serialVersionUID = 1L;

    public SandboxException(String sentence) {
        super(sentence);
    }

    public SandboxException(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
