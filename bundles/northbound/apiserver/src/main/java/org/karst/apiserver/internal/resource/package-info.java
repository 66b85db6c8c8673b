/**
 * What resources are: their definitions as data, and the rules that all objects obey.
 *
 * <p>Vocabulary: a {@linkplain org.karst.apiserver.internal.resource.ResourceDefinition definition} says everything about one resource; a
 * <em>rejection</em> is a {@code Status} answer of the real API server; a <em>finding</em> is one fault of one field.
 *
 * <p>Laws: everything here is a pure function of its arguments; messages are those of the real API server, word for word where known.
 */
package org.karst.apiserver.internal.resource;
