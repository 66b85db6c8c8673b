/**
 * The audit log's end: takes records of what policies decided and writes them where administrators look.
 *
 * <p>Why it exists: who decides (a pure answer to a packet) must not wait for a disk or a network. Here records wait in a
 * bounded queue, and one thread of its own writes each twice: a line that parsers of OVN-Kubernetes' audit log read, to a file
 * and to syslog, and a line of JSON with what people ask for besides.
 *
 * <p>Vocabulary: a <i>record</i> is what was decided about a packet; a <i>line</i> is its text; a <i>destination</i> is where
 * lines go beside the file.
 *
 * <p>Laws: nothing here blocks who logs; what cannot be queued or written is counted; a destination that fails holds up neither
 * the files nor the next record.
 */
@Export
@Version("0.1.0")
package org.karst.audit;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
