/**
 * The incremental engine: pure rules over tables of facts, evaluated again only where a fact that they read has changed.
 *
 * <p><b>Why.</b> A network controller must turn a world of a hundred thousand objects into flows, and must do it again
 * after each small change, in time that depends on the change and not on the world. Handlers for "added", "updated" and
 * "deleted" get there by hand and leak; computing everything again is right but slow. Here an author writes only what
 * computing everything again would need: a function from a key to the items that this key is responsible for. The engine
 * records what each evaluation read, and evaluates again exactly what read something that changed.
 *
 * <p><b>Vocabulary.</b>
 * <ul>
 *   <li>A <b>fact</b> is an immutable row in a {@link org.karst.incremental.Table}.
 *   <li>An {@link org.karst.incremental.Index} finds the keys of rows by a value in them; a
 *       {@link org.karst.incremental.PrefixIndex} by an address prefix.
 *   <li>A {@link org.karst.incremental.Query} is a memoised function of a key that others may read.
 *   <li>A {@link org.karst.incremental.Rule} gives, for each of its keys, a list of desired {@link
 *       org.karst.incremental.Item items}. A rule at one key is a <b>unit</b>.
 *   <li>A <b>cell</b> is what can be read or evaluated: (table, key), (table, all), (index, value), (query, key),
 *       (rule, key).
 *   <li>A <b>step</b> is a batch of writes followed by one {@link org.karst.incremental.Engine#settle() settle}, which has
 *       a <b>revision</b> and yields the net difference of the items.
 * </ul>
 *
 * <p><b>Laws</b> (each has a test):
 * <ol>
 *   <li>After any sequence of steps the items equal those of a new engine that was given the same facts at once.
 *   <li>The order of writes inside a step is irrelevant, and a row that is back to its old value has not changed.
 *   <li>A cell is evaluated at most once in a settle, and only if a cell that it read changed; an evaluation that yields an
 *       equal value stops there.
 *   <li>After removing what was added, the engine holds as many cells as before.
 *   <li>Two virtual machines given the same facts in different orders hold identical items in the same order.
 *   <li>A function that throws spoils its own cell and those that read it, and nothing else; it is tried again when
 *       something that it read changes.
 * </ol>
 *
 * <p><b>For authors of rules.</b> Key the rule on the narrow side: a flow that matches an address belongs to the address,
 * not to the policies that name it. Read indexes, not collections: {@link org.karst.incremental.View#find} costs the
 * answer, {@link org.karst.incremental.View#all} costs everything. Functions are static and pure; they see nothing but
 * the {@link org.karst.incremental.View} and their key, and what they return is immutable and has {@code equals}.
 */
@Export
@Version("0.1.0")
package org.karst.incremental;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
