/**
 * What IPv4 and IPv6 need in the same form: source guard, routing, path MTU. A plain library that each family's feature
 * carries inside its own bundle, so that one can be updated without the other.
 */
package org.karst.network.family;
