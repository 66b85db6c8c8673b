/**
 * How long many containers of one node wait for their network when they start at once, next to the same number of
 * {@code ovs-vsctl add-port}.
 *
 * <p>Everything is real: the server from its distribution, the plugin that a runtime executes, a switch that acknowledges flows, and
 * its database. The peer gets less work: its links exist before, it makes no namespace's addresses and installs no flow.
 *
 * <p>Laws. Both sides are started the same way, by one shell that starts all programs and waits for them. They take turns, and
 * the node comes to rest in between. What is left after the containers are gone is counted, not believed.
 */
package org.karst.bench.cni;
