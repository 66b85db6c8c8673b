/**
 * The embedded store: one file of H2's MVStore, one writer thread, and the recent changes in memory.
 *
 * <p>Vocabulary: an <em>operation</em> is a function of a {@link org.karst.apiserver.internal.storage.Transaction}; the writer takes all
 * operations that wait, runs them one after another, commits and syncs once, then answers them all (group commit). A <em>revision</em> is the
 * number of one change. A <em>snapshot</em> is what was durable at a revision. The <em>history</em> is a ring of recent changes.
 *
 * <p>Laws:
 * <ul>
 *   <li>Nothing leaves this package, as answer, snapshot or history, before {@code commit()} and {@code sync()} came back.
 *   <li>The revision is in the same commit as the change that it numbers.
 *   <li>An operation that throws changes nothing; it does not disturb the others of its group.
 * </ul>
 */
package org.karst.apiserver.internal.storage;
