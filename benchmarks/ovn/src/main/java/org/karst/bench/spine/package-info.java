/**
 * What {@code ./karst bench spine} does: Karst and OVN get the same pods and the same edits of pods.
 *
 * <p>Words. <em>Cold</em>: no pod is known, the processes are warm; in one bulk all pods come. An <em>edit</em> adds one pod, gives
 * one another address, or removes one.
 */
package org.karst.bench.spine;
