package org.karst.sandbox.internal;

import org.karst.sandbox.ProbeResult;

/**
 * One cell's worth of the matrix: a probe and what it was for.
 *
 * @param relation who talked to whom, for example "pod to pod, same node"
 * @param family IPv4 or IPv6
 * @param measurement for example "UDP 1300 B"
 * @param to name of the place that was probed
 * @param result what came of it
 */
public record Check(String relation, String family, String measurement, String to, ProbeResult result) {}
