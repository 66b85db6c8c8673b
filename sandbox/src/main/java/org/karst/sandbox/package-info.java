/**
 * A cluster on one machine: nodes, pods, an outside host and the Karst server, each in a network namespace of its own, with a
 * real Open vSwitch in each node.
 *
 * <p>Why it exists: a newcomer sees real packets after one command, and the itests and benchmarks measure the same thing that
 * he sees.
 *
 * <p>Vocabulary: a <em>place</em> is a namespace with addresses from which packets can be sent; the <em>underlay</em> is the network
 * between the nodes; the <em>state directory</em> holds everything that a sandbox leaves on disk; the <em>journal</em> in it says what was
 * made.
 *
 * <p>Laws: nothing of the machine's own network changes. What is made is written down before it is made, so that the end
 * works after a crash at any step. A process is ended by its number, after a look at where it lives.
 */
package org.karst.sandbox;
