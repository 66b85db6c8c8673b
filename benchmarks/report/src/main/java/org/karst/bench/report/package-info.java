/**
 * What every benchmark answers: rows of figures, each beside that of a peer where there is one, with the bar it has to take.
 *
 * <p>Words. A <em>peer</em> is what a user would take instead, measured in the same run. The <em>ratio</em> is Karst's figure divided
 * by the peer's. A <em>bar</em> is for the ratio or for the figure itself; a row without a bar only informs.
 *
 * <p>Laws. A figure that was not measured in this run is not printed. A program whose rows do not take their bars ends with 1.
 */
package org.karst.bench.report;
