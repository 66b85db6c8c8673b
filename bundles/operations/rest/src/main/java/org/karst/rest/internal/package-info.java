/**
 * The controller over HTTP: readiness, questions and metrics, on the one authenticated listener of the API server.
 *
 * <p>Why it exists: what an operator asks in the shell, a script asks here and gets the same records as JSON. Nothing here
 * changes anything, but for the verification of flows, which repairs what it finds.
 *
 * <p>Laws: a question runs as a snapshot on the writer and is short there; sorting and formatting belong to the thread of the
 * caller. A question that names something unknown is answered by a sentence that names it.
 */
package org.karst.rest.internal;
