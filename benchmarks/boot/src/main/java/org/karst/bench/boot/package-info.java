/**
 * How fast the server starts and how much memory it takes, next to stock Karaf of the same version in the same run.
 *
 * <p>Words. A <em>start</em> lasts from the start of the process, shell script included, to the moment when the shell's prompt is there:
 * Karaf prints it when all bundles of the boot are started. <em>Warm</em>: the bundle cache is filled by an earlier start.
 *
 * <p>Laws. The two take turns, so that the noise of the machine meets both; each runs in a network namespace of its own, because
 * stock Karaf listens on ports; what is not measured in this run is not printed.
 */
package org.karst.bench.boot;
