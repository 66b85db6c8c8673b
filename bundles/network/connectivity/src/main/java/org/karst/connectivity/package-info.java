/**
 * Pods and nodes reach each other: attachment of pods, the IPv4 family, the overlay. IPv6 is a feature of its own.
 *
 * <p>One flow in INTAKE, SPOOF_GUARD, RESPONDERS and ROUTING for each pod of the node, one in INTAKE, ROUTING and OVERLAY for
 * each other node; none for pods elsewhere. The next hop of each tunnel is kept resolved.
 */
package org.karst.connectivity;
