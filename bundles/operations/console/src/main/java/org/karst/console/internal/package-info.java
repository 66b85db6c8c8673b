/**
 * The web console: its files at {@code /console}, which hold no data and are for everybody, and one stream of what changes at
 * {@code /karst/v1/live}, which wants the token like all other data.
 *
 * <p>Words. A <em>sample</em> is what the sampler reads at one moment. A <em>section</em> is a part of it that a page shows by itself, such
 * as the pods of one node. The <em>board</em> holds the newest text of each section with the version in which it last changed.
 *
 * <p>Laws. There is one sampler, however many look, and it rests when nobody does. A viewer is a position on the board, not a queue: who
 * reads slowly misses what was replaced meanwhile, and costs no memory. The writer is only asked for a copy.
 */
package org.karst.console.internal;
