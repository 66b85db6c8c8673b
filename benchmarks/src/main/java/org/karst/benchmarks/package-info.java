/**
 * What Karst costs: JMH benchmarks of single operations, and programs that print one line for each promise with its bar.
 *
 * <p>A program prints a table, or with {@code --json} one document
 * {@code {"rows":[{"what","unit","karst","peer","ratio","bar","met"}]}}; it ends with status 1 if a bar is missed.
 */
package org.karst.benchmarks;
