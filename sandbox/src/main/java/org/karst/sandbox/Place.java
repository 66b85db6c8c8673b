package org.karst.sandbox;

import java.util.Optional;

/**
 * Somewhere packets can be sent from and to.
 *
 * @param name for people, for example {@code node-1} or {@code default/web}
 * @param namespace name of its network namespace, as {@code ip netns} knows it
 * @param ipv4 its IPv4 address, without a prefix length
 * @param ipv6 its IPv6 address, without a prefix length
 */
public record Place(String name, String namespace, Optional<String> ipv4, Optional<String> ipv6) {}
