package org.karst.sandbox.verify;

import org.karst.sandbox.Place;
import org.karst.sandbox.SandboxNode;

/**
 * A running pod of a case.
 *
 * @param name namespace/name
 * @param address by which it is asked for and from which it asks
 * @param place where its processes are: its own namespace, or its node's
 * @param node where it runs
 * @param inHostNetwork whether it has no network of its own
 */
record Endpoint(String name, String address, Place place, SandboxNode node, boolean inHostNetwork) {
    boolean isIpv6() {
        return address.contains(":");
    }
}
