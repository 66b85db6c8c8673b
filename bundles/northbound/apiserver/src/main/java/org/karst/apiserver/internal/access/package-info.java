/**
 * Who may do what: fixed roles in the words of Kubernetes' RBAC ({@code rbac.authorization.k8s.io/v1 PolicyRule}), asked before each request,
 * and the reviews by which callers ask it themselves.
 *
 * <p>Vocabulary: a <em>target</em> is what a path names: a resource, perhaps a namespace, an object, a subresource. An <em>action</em> is a
 * verb on a target, or on a path that names none. A <em>grant</em> allows some actions.
 *
 * <p>Laws:
 * <ul>
 *   <li>What no grant of one of the caller's groups allows is forbidden.
 *   <li>A review answers by the same grants that requests are held against.
 * </ul>
 */
package org.karst.apiserver.internal.access;
