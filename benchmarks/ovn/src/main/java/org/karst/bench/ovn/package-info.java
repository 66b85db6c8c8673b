/**
 * OVN on the nodes of a sandbox: what a user would take instead of Karst, as its authors ship it.
 *
 * <p>Words. <em>Northbound</em> and <em>southbound</em> are OVN's two databases (ovn-architecture(7)): intent goes into the first,
 * {@code ovn-northd} translates it into the second, {@code ovn-controller} on each node makes flows of that.
 *
 * <p>Laws. OVN is asked the way that costs it least: transactions go straight to the database, without starting a program, and
 * the change itself carries the number whose return says that every switch has it. What it does is what ovn-kubernetes asks of
 * it: a logical switch for each node, one router, a port with its address and port security for each pod.
 */
package org.karst.bench.ovn;
