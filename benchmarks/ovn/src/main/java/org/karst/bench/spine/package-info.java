/**
 * What {@code ./karst bench spine} does: Karst and OVN, each with switches of its own, get the same pods and the same edits.
 *
 * <p>Words. A <em>side</em> is Karst or OVN. A <em>dummy</em> is a pod whose port exists in its switch and has nothing behind it; both
 * sides' ports are of the same type and there before the clock starts. <em>Cold</em>: no pod is known, the processes are warm; in
 * one bulk all pods come. An <em>edit</em> adds one pod, gives one another address, or removes one. It is done when the switches have
 * acknowledged its flows.
 *
 * <p>Laws. The sides take turns, and each is waited for until it has nothing left to do, so that never both compute. What an edit
 * costs Karst (evaluations, flow-mods, bytes) does not depend on the machine, so it is held against numbers.
 */
package org.karst.bench.spine;
