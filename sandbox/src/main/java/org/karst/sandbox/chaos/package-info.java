/**
 * Disturbances of a cluster under traffic: what breaks or is replaced, and the proof that packets and flows did not notice.
 *
 * <p>Words. A <em>stream</em> is a row of numbered datagrams to an echo server and back; each that does not come back in time is lost.
 * A <em>control</em> stream runs beside on ways that Karst's flows have no part in, and tells the machine's own noise. A
 * <em>disturbance</em> is one thing that happens to the cluster; it ends when the cluster has healed. Its <em>window</em> is the time in
 * which packets may be lost, because the switch itself is dead. A <em>schedule</em> is a row of disturbances that a seed has chosen.
 *
 * <p>Laws. Nothing is lost outside windows but what the machine lost: while the control stream lost some too, or a switch got no
 * processor. After each disturbance the flows are those from before.
 */
package org.karst.sandbox.chaos;
