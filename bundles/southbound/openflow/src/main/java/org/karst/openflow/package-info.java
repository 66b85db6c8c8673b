/**
 * OpenFlow 1.5 with the extensions of Open vSwitch: makes flows and meters true in the nodes' switches.
 *
 * <p>Why it exists: the pipeline says what a switch should hold; a switch says what it holds. Here the difference is found
 * and sent, in bundles that are applied whole or not at all.
 *
 * <p>Vocabulary: <i>link</i> is one TCP connection of a switch; <i>node state</i> is what is wanted of a node's switch and
 * what it holds, whether linked or not; <i>chunk</i> is the part of a difference that one bundle carries; <i>foreign</i> is a
 * flow whose cookie is not ours.
 *
 * <p>Laws: a flow that is there and equal is never sent again, so that its duration and counters go on; a foreign flow is
 * reported and never removed; a bad byte from a switch ends that switch's link and nothing else; all state is confined to
 * one thread.
 */
@Export
@Version("0.1.0")
package org.karst.openflow;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
