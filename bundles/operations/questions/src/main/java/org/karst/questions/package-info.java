/**
 * What people and scripts ask the controller, and the records that answer. The shell prints an {@link
 * org.karst.questions.Answer} as text, REST sends the same one as JSON: there is one source of truth for both.
 *
 * <p>Laws: a question takes a snapshot on the writer and is short there; sorting, filtering and formatting happen on another
 * thread. A question that names something unknown fails with a {@link org.karst.questions.QuestionException} whose sentence
 * names it and says what there is. Nothing here changes anything, but for the verification of flows, which repairs what it finds.
 */
@Export
@Version("0.1.0")
package org.karst.questions;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
