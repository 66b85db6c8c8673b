/** How calls are read, answered and carried out. */
package org.karst.cni.internal;
