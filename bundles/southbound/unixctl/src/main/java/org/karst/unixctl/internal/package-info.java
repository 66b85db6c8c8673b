/** The connections behind {@link org.karst.unixctl.SwitchControl}. */
package org.karst.unixctl.internal;
