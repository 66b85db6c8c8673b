package org.karst.host.internal;

import java.nio.file.Path;

/**
 * A veth pair between a node and a pod.
 *
 * @param hostEnd name of the node's end
 * @param podNamespace path of the pod's network namespace
 * @param inside the pod's end
 */
record PodLinkSpec(String hostEnd, Path podNamespace, InterfaceSpec inside) {}
