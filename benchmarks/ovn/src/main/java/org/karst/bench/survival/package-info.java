/**
 * What {@code ./karst bench survival} does: Karst and OVN have the same pods, the daemons of a node's switch are killed on each side in
 * turns, and the time is taken from their start until the switch has all flows again.
 *
 * <p>Words. A <em>death</em> is what is killed. A side has <em>healed</em> when the node's integration bridge has as many flows, groups and
 * ports as before.
 */
package org.karst.bench.survival;
