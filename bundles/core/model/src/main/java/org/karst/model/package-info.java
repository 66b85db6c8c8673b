/**
 * The domain's nouns as small immutable records: addresses, prefixes, MAC addresses, labels, pods, nodes, namespaces.
 *
 * <p>Why it exists: every other bundle talks about the same things and must not talk about them in the types of a client
 * library. A Kubernetes object arrives as a {@link org.karst.model.Document}, is decoded once into a record of about 200
 * bytes, and the document is forgotten.
 *
 * <p>Laws: everything here is immutable, compares by value and, where it is a key, is ordered the same way in each process;
 * nothing here does input or output; parsing accepts exactly the canonical syntaxes and answers a bad text with a sentence
 * that quotes it.
 */
@Export
@Version("0.1.0")
package org.karst.model;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
