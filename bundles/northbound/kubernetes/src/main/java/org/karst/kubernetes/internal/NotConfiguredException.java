package org.karst.kubernetes.internal;

import java.io.IOException;

/** Nobody has said yet where the API is; looking again costs nothing. */
final class NotConfiguredException extends IOException {
    private static final long serialVersionUID = 1L;

    NotConfiguredException(String message) {
        super(message);
    }
}
