/**
 * Tells what policies decide about the connections of pods, for namespaces and cluster policies that
 * ask for it.
 *
 * <p>Why it exists: policy stages share flows among policies, so that no flow can say which rule decided; and their flows must
 * not change when a namespace turns logging on. So this feature has a slot of its own before them: it asks the policy slots what
 * they would say of a packet, sends a metered copy of it to the controller, and lets the packet go its way. The rule is found
 * again from the packet by the judges of the policy features.
 *
 * <p>Vocabulary: a <i>subject</i> is an interface of a pod in a direction; <i>logging</i> is what a namespace wants to be told,
 * and how urgent it is; what is <i>said</i> is the answer of the policy slots.
 *
 * <p>Laws: no packet is dropped, changed or admitted here; a subject without policies has no flow here; turning logging of a
 * namespace on and off changes flows of this slot alone.
 */
package org.karst.auditlog;
