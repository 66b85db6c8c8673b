/**
 * The IPv6 family, as a feature of its own: source guard, neighbour discovery and router advertisements, routing, path MTU.
 * Without it INTAKE's successor drops every IPv6 packet.
 */
package org.karst.ipv6;
