/**
 * System calls by JNA and the codec of netlink messages (netlink(7), rtnetlink(7)), written by hand.
 *
 * <p>Law: reading never trusts a length; a malformed message is a {@link
 * org.karst.host.internal.MalformedMessageException}, never another exception and never an endless loop.
 */
package org.karst.host.internal;
