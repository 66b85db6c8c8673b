/**
 * Who asked for what, and how it was answered: a line of JSON for each request, in the form {@code audit.k8s.io/v1 Event} at the level Metadata
 * (Kubernetes documentation, "Auditing"), so that what reads the audit log of a real API server reads this one.
 *
 * <p>Laws:
 * <ul>
 *   <li>No body and no secret is in it: neither tokens nor objects.
 *   <li>No request waits for it. What comes faster than it can be written is counted and told in the log of the server.
 * </ul>
 */
package org.karst.apiserver.internal.audit;
