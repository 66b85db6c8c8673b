package org.karst.sandbox;

import java.util.List;
import org.karst.sandbox.internal.Echo;

/**
 * What servers a place has.
 *
 * @param streams TCP ports of echo servers
 * @param datagrams UDP ports of echo servers
 * @param web TCP ports of web servers
 */
public record ServerPorts(List<Integer> streams, List<Integer> datagrams, List<Integer> web) {
    public ServerPorts {
        streams = List.copyOf(streams);
        datagrams = List.copyOf(datagrams);
        web = List.copyOf(web);
    }

    /** The echo service (RFC 862) and a web server. */
    public static ServerPorts echoAnd(int web) {
        return new ServerPorts(List.of(Echo.PORT), List.of(Echo.PORT), List.of(web));
    }
}
