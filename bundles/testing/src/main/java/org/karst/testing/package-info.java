/**
 * What tests of features stand on: a cluster in a few words, golden flows with names of tables, and the laws that every feature
 * keeps because the engine does: the order and the grouping of facts do not matter, what is added and removed leaves nothing,
 * the incremental result equals that of a fresh start.
 */
@Export
@Version("0.1.0")
package org.karst.testing;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
