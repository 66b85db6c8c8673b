/**
 * TCP connections of switches: openflowjava's server, framing and TLS, with our own whole-message codec in its registries.
 */
package org.karst.openflow.internal.connection;
