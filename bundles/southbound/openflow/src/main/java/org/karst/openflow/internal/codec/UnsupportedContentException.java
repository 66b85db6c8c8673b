package org.karst.openflow.internal.codec;

/** Well-formed bytes that say something for which the flow language has no word: a flow that somebody else installed. */
public final class UnsupportedContentException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnsupportedContentException(String what) {
        super(what, null, false, false);
    }
}
