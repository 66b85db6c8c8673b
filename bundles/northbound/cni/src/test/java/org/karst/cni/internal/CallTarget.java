package org.karst.cni.internal;

import java.util.Optional;

/** What the plugin sends. A call that cannot be taken is refused by a sentence and a code of the specification; nothing else. */
public final class CallTarget {
    private CallTarget() {}

    public static void fuzzerTestOneInput(byte[] input) {
        read(input);
    }

    static Optional<CniCall> read(byte[] input) {
        try {
            CallReader.Message message = CallReader.message(input);
            message.answerVersion();
            return Optional.of(CallReader.read(message));
        } catch (CniException refused) {
            if (refused.getMessage() == null || refused.getMessage().isBlank()) {
                throw new IllegalStateException("a refusal without a sentence", refused);
            }
            return Optional.empty();
        }
    }
}
