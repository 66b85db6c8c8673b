/**
 * Tests of the product as a user gets it: the archive is unpacked, {@code bin/karst-server} is run, and everything is seen from outside
 * the process.
 *
 * <p>{@code SharedCluster} is one cluster for all tests that only need pods and leave it as they found it.
 *
 * <p>Laws. Each server lives in a network namespace of its own with nothing in it, so that what it needs from a network, or
 * offers to one, shows. Each process is ended by its id, also when a test fails.
 */
package org.karst.itests;
