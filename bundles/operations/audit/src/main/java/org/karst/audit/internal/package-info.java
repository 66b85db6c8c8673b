/** How lines are made, files rotated and datagrams sent. */
package org.karst.audit.internal;
