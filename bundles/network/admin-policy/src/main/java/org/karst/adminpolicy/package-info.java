/**
 * The feature of cluster policies (policy.networking.k8s.io): ClusterNetworkPolicy v1alpha2, AdminNetworkPolicy and
 * BaselineAdminNetworkPolicy v1alpha1.
 *
 * <p>Why it is built so: rules are ordered, and in a switch order is the priority of flows, so a rule cannot share flows with
 * others. What would then be a flow for each address and each rule is taken apart: the address of a pod becomes the number of its
 * {@link org.karst.network.policy.Group}, once for each address, and rules match those numbers. So a pod that comes or goes costs its own
 * flow, whatever the number of rules, and all flows of a rule belong to its policy.
 *
 * <p>Vocabulary: a <i>tier</i> is before or after NetworkPolicy; a <i>lane</i> is a tier in a direction, that is a slot; a <i>place</i>
 * is where a rule stands in its lane, the first asked first.
 *
 * <p>Laws: of the rules of a lane that are about a connection the first decides; what none is about goes on; a rule that cannot be
 * understood never lets pass what it was not asked to; the places of a policy's rules depend on other policies only where these crowd
 * them out.
 */
package org.karst.adminpolicy;
