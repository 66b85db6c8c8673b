/**
 * Who manages which field: server-side apply and what every other write leaves in {@code metadata.managedFields} (Kubernetes documentation,
 * "Server-Side Apply"; format FieldsV1 of {@code meta/v1 ManagedFieldsEntry}).
 *
 * <p>Vocabulary: a <em>manager</em> is a name that a client gives itself, with the operation (Apply or Update) and the subresource by
 * which it wrote. A <em>field set</em> is a tree of places in an object. A <em>conflict</em> is a field that an applier wants to be
 * different from what another manager made it.
 *
 * <p>Laws:
 * <ul>
 *   <li>Everything here is a pure function of objects; time comes in as an argument.
 *   <li>After an Update by nobody's force a field is managed by whoever changed it last; what is gone is managed by nobody.
 *   <li>An applier that no longer gives a field removes it, unless somebody else manages it too.
 *   <li>Kinds are told apart by nothing but their {@link org.karst.apiserver.internal.resource.FieldTypes}.
 * </ul>
 */
package org.karst.apiserver.internal.managed;
