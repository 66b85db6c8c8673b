/**
 * What is wanted of one node's switch, what it holds, and the conversation that makes them the same.
 */
package org.karst.openflow.internal.node;
