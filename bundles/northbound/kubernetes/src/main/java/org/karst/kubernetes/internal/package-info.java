/**
 * Reflectors, the writer of objects, and the embedded client below them.
 *
 * <p>Of the client only transport and authentication are used: {@link org.karst.kubernetes.internal.ApiAccess} is the one class that knows
 * it.
 */
package org.karst.kubernetes.internal;
