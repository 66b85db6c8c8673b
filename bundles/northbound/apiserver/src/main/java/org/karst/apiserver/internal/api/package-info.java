/**
 * The verbs of the Kubernetes API over any resource: discovery, get, list, watch, create, replace, patch, delete (Kubernetes API concepts,
 * "Kubernetes API Concepts" in the reference).
 *
 * <p>Vocabulary: a <em>target</em> is what a path names: a resource, perhaps a namespace, an object, a subresource.
 *
 * <p>Laws:
 * <ul>
 *   <li>Writes are decided on the writer of the store, where nothing changes meanwhile; so no write is retried.
 *   <li>Reads run on a snapshot; watches pull from the history at the pace of the client.
 *   <li>Every refusal is a {@code Status} object.
 * </ul>
 */
package org.karst.apiserver.internal.api;
