package org.karst.cni.internal;

import java.util.Objects;

/**
 * A call that fails, in the words that the container runtime will print. Codes: CNI specification 1.1, section 5; 100 and
 * above are ours.
 */
public final class CniException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The codes that Karst uses. */
    public enum Code {
        INCOMPATIBLE_VERSION(1),
        UNSUPPORTED_FIELD(2),
        UNKNOWN_CONTAINER(3),
        INVALID_ENVIRONMENT(4),
        IO_FAILURE(5),
        UNDECODABLE(6),
        INVALID_CONFIGURATION(7),
        TRY_AGAIN_LATER(11),
        /** STATUS: no ADD can succeed now. */
        NOT_AVAILABLE(50),
        /** STATUS: no ADD can succeed now, and existing pods may have lost their network. */
        LIMITED_CONNECTIVITY(51),
        /** ADD: the attachment exists. */
        EXISTS(100),
        /** ADD: no address is free, or the requested one is not. */
        NO_ADDRESS(101),
        /** CHECK: something of the attachment is gone or was changed. */
        CHANGED(102),
        /** ADD: the kernel refuses the container's interface. */
        NO_LINK(103),
        /** A fault in Karst. */
        INTERNAL(199);

        private final int number;

        Code(int number) {
            this.number = number;
        }

        /** As it goes over the wire. */
        public int number() {
            return number;
        }
    }

    private final Code code;
    private final String details;

    /**
     * A failure.
     *
     * @param message one sentence that names the object
     * @param details more for who looks closer; may be empty
     */
    public CniException(Code code, String message, String details) {
        super(message);
        this.code = Objects.requireNonNull(code, "code");
        this.details = Objects.requireNonNull(details, "details");
    }

    /** A failure without details. */
    public CniException(Code code, String message) {
        this(code, message, "");
    }

    /** Which kind of failure. */
    public Code code() {
        return code;
    }

    /** More for who looks closer; may be empty. */
    public String details() {
        return details;
    }
}
