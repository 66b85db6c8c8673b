/**
 * The northbound side for container runtimes: one socket for each node on which its CNI plugin calls.
 *
 * <p>Vocabulary, as in the CNI specification 1.1:
 *
 * <ul>
 *   <li><b>Plugin</b>: {@code karst-cni}, a small C program that the runtime executes; it carries a call to this process.
 *   <li><b>Attachment</b>: one interface of one container on the network, with its addresses.
 * </ul>
 *
 * <p>Laws:
 *
 * <ul>
 *   <li>An attachment is a fact. ADD writes it and waits until the node's switch and host have acknowledged what follows from
 *       it; DEL removes it. Nothing else is done by hand.
 *   <li>What must outlive this process is kept in the switch's database: the attachment with its interface, freed addresses
 *       with their time at the bridge.
 *   <li>No two live attachments of a node have one address.
 *   <li>A call that is wrong is answered with the specification's code and a sentence; it disturbs no other.
 * </ul>
 */
package org.karst.cni;
