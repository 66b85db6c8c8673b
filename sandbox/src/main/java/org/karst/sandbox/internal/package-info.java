/** The parts of the sandbox: journal, processes, switch, servers in pods, node agents, probes. */
package org.karst.sandbox.internal;
