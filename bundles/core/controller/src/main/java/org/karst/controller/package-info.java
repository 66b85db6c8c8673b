/**
 * The one thread that writes facts, and the registry of what takes part: features and drivers.
 *
 * <p>Why it exists: everything else is either pure (rules) or at the edge (drivers, sources). Here, and only here, messages
 * become facts, facts are settled, differences are handed to drivers, and somebody who waits is told.
 *
 * <p>Vocabulary: a <i>step</i> takes some messages, writes their facts and settles once; a <i>lane</i> is a queue of messages;
 * a <i>source</i> is whoever fills some rows, <i>synced</i> once it has told all that it knew at its start; a stage is
 * <i>bound</i> while its bundle runs and <i>departed</i> while its flows outlive it.
 *
 * <p>Laws: the writer never waits; nothing is removed from the world before every source has been heard; a feature that comes
 * or goes is a difference like any other.
 */
@Export
@Version("0.1.0")
package org.karst.controller;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
