/**
 * The pipeline as data, and the interfaces by which features and drivers meet the core.
 *
 * <p>Why it exists: OpenFlow tables have no modules. Here they get them: a {@link org.karst.pipeline.Slot} is a place in the
 * pipeline with eight tables, its gate is the only way in, a {@link org.karst.pipeline.Stage} is what a feature puts there.
 * No flow outside a slot names a table inside it, so a stage comes and goes while packets pass.
 *
 * <p>Vocabulary: <i>flow</i> is a value, not yet anywhere; <i>flow item</i> is a flow on a node; <i>register</i> is a typed
 * name for bits that travel with a packet ({@link org.karst.pipeline.Abi}); <i>linker</i> is what checks a stage against all
 * this; <i>driver</i> makes items true; <i>target</i> is one place that a driver serves.
 *
 * <p>Laws: flows go forward only; a stage uses its own tables, declared registers and its own scratch; matches have their
 * prerequisites; nothing here does input or output.
 */
@Export
@Version("0.1.0")
package org.karst.pipeline;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
