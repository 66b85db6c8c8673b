/**
 * Questions to ovs-vswitchd(8) on its control socket, as ovs-appctl(8) asks them, and what its answers mean.
 *
 * <p>Why it exists: OpenFlow says what flows a switch holds, but not what becomes of a packet; {@code ofproto/trace} does.
 *
 * <p>Vocabulary: a <i>control socket</i> is a daemon's unix domain socket for commands (JSON-RPC, one at a time); a <i>trace</i>
 * is what the switch would do with a packet, through all recirculations.
 *
 * <p>Law: nothing here changes a switch; who waits for an answer is never the writer.
 */
@Export
@Version("0.1.0")
package org.karst.unixctl;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
