/**
 * The southbound side that speaks OVSDB: a client of RFC 7047 and, on top of it, the driver that makes desired rows true
 * in the Open vSwitch of each node and brings back as facts what the switch says about itself.
 *
 * <p>Vocabulary:
 *
 * <ul>
 *   <li><b>{@link org.karst.ovsdb.Atom Atom}</b>, <b>{@link org.karst.ovsdb.Datum Datum}</b>, <b>{@link
 *       org.karst.ovsdb.Row Row}</b>: immutable values as the RFC names them; all collections are sorted.
 *   <li><b>{@link org.karst.ovsdb.Operation Operation}</b>: one step of a transaction.
 *   <li><b>{@link org.karst.ovsdb.OvsdbClient Client}</b>: one endpoint, connected again whenever it is lost.
 *   <li><b>Replica</b>: a copy of the monitored tables that survives a lost connection and is brought up to date after it;
 *       its listener hears {@linkplain org.karst.ovsdb.RowChange changes} in the order in which they were committed.
 * </ul>
 *
 * <p>Laws:
 *
 * <ul>
 *   <li>One event loop serves a connection; listeners and futures of a client are called on it and must not block.
 *   <li>A request is never repeated by the client: it fails when the connection is lost, because only the caller can know
 *       what the world looks like by then.
 *   <li>A listener of a replica never hears of a state that was not committed, and after a lost connection it hears the
 *       net difference to what it knew.
 *   <li>Nothing that a peer sends ends the event loop: it ends the connection, with a sentence that says why.
 * </ul>
 */
@Export
@Version("0.1.0")
package org.karst.ovsdb;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
