/** The loop, the linker and the core's own stages. */
package org.karst.controller.internal;
