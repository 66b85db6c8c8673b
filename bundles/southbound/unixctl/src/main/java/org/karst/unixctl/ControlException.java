package org.karst.unixctl;

import java.io.IOException;

/** A switch that cannot be asked, or that refuses the question; the message is a sentence. */
public final class ControlException extends IOException {
    private static final long serialVersionUID = 1L;

    public ControlException(String sentence) {
        super(sentence);
    }

    public ControlException(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
