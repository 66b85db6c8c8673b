/**
 * The machine under a node: links, addresses, routes, neighbours and kernel parameters, in any network namespace.
 *
 * <p>Why it exists: a pod's interface and a node's management port have to be made true fifty at a time in well under a
 * second. So the kernel is asked by netlink messages, many in one system call, not by a process for each change.
 *
 * <p>Vocabulary: a {@link org.karst.host.NetworkNamespace} is a place; a {@link org.karst.host.NamespaceSession} is what can be
 * done on a thread inside it; a {@link org.karst.host.RouteSocket} carries {@link org.karst.host.RouteRequest}s, which are
 * values, to the kernel of that place.
 *
 * <p>Laws: a thread that entered a namespace ends there. A link is created where it belongs and never moved. An error says
 * what was attempted in the words of ip(8), and why not in the words of the kernel.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("0.1.0")
package org.karst.host;
