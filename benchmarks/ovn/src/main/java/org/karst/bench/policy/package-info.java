/**
 * What {@code ./karst bench policy} does: Karst and OVN get the same pods, all isolated by policies, and the same edits of pods,
 * policies and labels, and TCP flows between pods of each in turns. Then policies come and go in Karst alone while packets flow.
 *
 * <p>Words. <em>Cold</em>: the processes are warm, the pods' objects are there; in one bulk all pods are attached and all policies come.
 */
package org.karst.bench.policy;
