/**
 * Truth tables from elsewhere, asked of a sandbox: {@code ./karst verify DIR}.
 *
 * <p>Vocabulary: a <em>case</em> is a file: a cluster and steps; a <em>step</em> changes objects and then has <em>expected</em> lines, each
 * saying whether one endpoint reaches another at a port. A <em>probe</em> answers a line, by what the flows of the switches say
 * ({@code ofproto/trace}) or by real packets.
 *
 * <p>Law: nothing here knows a rule of network policy. It builds what a case asks for, waits until the server says that it has seen and
 * applied all of it, asks, and compares.
 */
package org.karst.sandbox.verify;
