/**
 * All features in one controller, with random clusters: what must hold however many features there are. A feature that comes
 * new is added to {@code RandomCluster.features}.
 */
package org.karst.testing.whole;
