/**
 * The embedded Kubernetes-shaped API: what a user talks to with a stock {@code kubectl} when there is no Kubernetes, and what the rest of
 * Karst reads through the same client that it would use against a real cluster.
 *
 * <p>Vocabulary: a <em>resource</em> is a plural under a group and version ({@code v1/pods}); an <em>object</em> is one JSON document of a
 * resource; its <em>resourceVersion</em> is the number of the change that wrote it, counted over all objects; a <em>web handler</em> answers
 * other paths on the same listener.
 *
 * <p>Laws:
 * <ul>
 *   <li>A change is acknowledged, listed or watched only after it is on the disk.
 *   <li>Every change has a resourceVersion of its own, so a watch resumed anywhere misses nothing and repeats nothing.
 *   <li>Nothing but health and version is served without authentication; secrets are readable by their owner alone.
 *   <li>What a resource is stands in its definition; the code that serves it never asks for a kind by name.
 *   <li>Memory is bounded by settings, never by the behaviour of a client.
 * </ul>
 */
@Export
@Version("0.1.0")
package org.karst.apiserver;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
