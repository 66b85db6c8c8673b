package org.karst.openflow;

import java.util.Objects;

/**
 * Where switches connect to.
 *
 * @param address the address to listen on
 * @param port the port, 0 for any that is free; 6653 is that of OpenFlow
 */
public record OpenFlowSettings(String address, int port) {
    /** What IANA has for OpenFlow. */
    public static final int DEFAULT_PORT = 6653;

    public OpenFlowSettings {
        Objects.requireNonNull(address, "address");
        if (port < 0 || port > 0xffff) {
            throw new IllegalArgumentException("ports are 0 to 65535, not " + port);
        }
    }
}
