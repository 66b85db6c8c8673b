/**
 * The Kubernetes API as a source of facts and as a place where items come true: the only way to it, whether it is a real cluster or the
 * embedded server.
 *
 * <p>Vocabulary: a <em>reflector</em> keeps the table of one kind equal to the API by a list and the watch that follows it; its
 * <em>position</em> is the resourceVersion up to which the table is equal; a <em>half list</em> lacks more than half of what was known.
 *
 * <p>Laws:
 * <ul>
 *   <li>Objects are decoded while they are read; no raw object is kept, the table is the only memory.
 *   <li>A row goes only because a complete list lacks it or a watch said so; a half list must be confirmed by a second one.
 *   <li>What cannot be decoded leaves the row as it was, and its owner reads why in an Event.
 *   <li>A broken connection loses nothing: the watch goes on from its position, or the kind is listed again.
 *   <li>Writes are compared with what is there first; what is true already is not written.
 * </ul>
 */
@Export
@Version("0.1.0")
package org.karst.kubernetes;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
