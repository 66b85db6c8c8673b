/**
 * The feature NetworkPolicy (networking.k8s.io/v1).
 *
 * <p>Why it is built so: a thousand policies that name the same peers must not cost a thousand flows for each address. So
 * everything is keyed by what is distinct: pods by {@link org.karst.network.policy.Group}, peers by {@link
 * org.karst.network.policy.PeerSet}, what is allowed by {@link org.karst.network.policy.Traffic}; a grant is one conjunction on
 * each node that has subjects of it, whichever policies it comes from.
 *
 * <p>Vocabulary: a <i>subject</i> is a pod that some policy selects and thereby isolates in a direction; a <i>peer</i> is the
 * other end; a <i>grant</i> is peers and ports that some rule allows a subject; a <i>verdict</i> is a hash of all that
 * decides what a subject may do.
 *
 * <p>Laws: what no policy selects is open; what is isolated may do the union of its grants and nothing else; a pod reaches
 * itself, its own node reaches it; the verdict changes whenever a connection that was admitted could be denied.
 */
package org.karst.networkpolicy;
