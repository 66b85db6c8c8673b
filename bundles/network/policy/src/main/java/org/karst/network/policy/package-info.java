/**
 * What all kinds of policies have in common: groups of pods, peers, ports, and who the peers are. A plain library that each
 * policy feature carries inside its own bundle, so that one can be updated without the other.
 *
 * <p>Vocabulary: a {@link org.karst.network.policy.Group} is pods that no policy can tell apart; {@link
 * org.karst.network.policy.PeerSet} is the peers of a rule; {@link org.karst.network.policy.Traffic} is what a rule is about once
 * names of ports have become numbers: peers and ports.
 *
 * <p>Laws: equal peers and equal ports, however they were written, are equal values; hashes are the same in each process; a pod that
 * shares its node's network is in no group.
 */
package org.karst.network.policy;
