/**
 * Gives subnets of the cluster's networks to nodes that bring none in {@code spec.podCIDRs}, and tells each node's owner what it has.
 *
 * <p>Laws: what is in force stays; a subnet overlaps no other; the same facts give the same subnets. The API keeps two leaders apart:
 * a subnet is held by the object that is named after it.
 */
package org.karst.allocation;
