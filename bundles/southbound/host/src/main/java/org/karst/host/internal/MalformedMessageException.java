package org.karst.host.internal;

import java.io.IOException;

/** Bytes that are no netlink message: a length that points outside its buffer, or an attribute of the wrong size. */
public final class MalformedMessageException extends IOException {
    private static final long serialVersionUID = 1L;

    public MalformedMessageException(String sentence) {
        super(sentence);
    }
}
