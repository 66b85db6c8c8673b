/**
 * Which product features run: {@code etc/karst.features} is the answer, one name a line. {@code etc/karst.repositories} says where those are
 * described that others wrote.
 *
 * <p>Why: Karaf remembers what is installed in its bundle cache. A cache may be lost or thrown away at any time, and then nothing of
 * what an operator decided may be lost with it. So the decision is a file that can be read, written and kept under version
 * control, and the cache follows it.
 *
 * <p>Words. A <em>product feature</em> NAME is Karaf's feature {@code karst-NAME}; the base {@code karst} and its parts are none.
 *
 * <p>Laws. After the start, what is installed is what the file says. What is installed or removed later in the shell is written to
 * the file before the command returns, and so are repositories. A name that does not exist is reported and disturbs no other.
 */
package org.karst.deployment;
