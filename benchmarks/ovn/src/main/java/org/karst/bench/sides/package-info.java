/**
 * Karst and OVN, each with switches of its own, doing the same.
 *
 * <p>Words. A <em>side</em> is Karst or OVN. A <em>dummy</em> is a pod whose port exists in its switch and has nothing behind it; both
 * sides' ports are of the same type and there before the clock starts. A <em>contest</em> is both sides of one size.
 *
 * <p>Laws. An edit is done when the switches have acknowledged its flows. The sides take turns, and each is waited for until it has
 * nothing left to do, so that never both compute. What an edit costs Karst (evaluations, flow-mods, bytes) does not depend on the
 * machine, so it is held against numbers.
 */
package org.karst.bench.sides;
