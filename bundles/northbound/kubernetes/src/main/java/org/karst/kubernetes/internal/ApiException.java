package org.karst.kubernetes.internal;

import java.io.IOException;

/** The API answered with a failure. */
public final class ApiException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int code;

    ApiException(int code, String message) {
        super(message);
        this.code = code;
    }

    /** HTTP status code. */
    public int code() {
        return code;
    }
}
