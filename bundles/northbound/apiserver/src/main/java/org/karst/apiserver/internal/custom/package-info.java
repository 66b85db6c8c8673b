/**
 * Kinds that are brought by objects: CustomResourceDefinitions of {@code apiextensions.k8s.io/v1}.
 *
 * <p>Vocabulary: a <em>definition</em> is such an object; a <em>schema</em> is its {@code openAPIV3Schema}, which must be structural (Kubernetes
 * documentation, "Specifying a structural schema"); to <em>prune</em> is to take away what a schema does not know.
 *
 * <p>Laws:
 * <ul>
 *   <li>What is served is a function of the definitions that are stored, and of nothing else.
 *   <li>A definition becomes the same {@link org.karst.apiserver.internal.resource.ResourceDefinition} that built-in kinds have, so no verb
 *       knows whether a kind is custom.
 *   <li>An object that was pruned, filled and found valid stays what it is when that is done again.
 * </ul>
 */
package org.karst.apiserver.internal.custom;
