package org.karst.sandbox.verify;

import java.io.IOException;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.karst.host.NetworkNamespace;
import org.karst.sandbox.SandboxException;

/**
 * Asks with real packets: a TCP connection, or a datagram to an echo server. A connection that is refused has reached its pod; what
 * gets no answer has not.
 */
final class PacketProbe implements Probe {
    private static final int TRIES = 2;

    private final Duration patience;

    /**
     * A probe.
     *
     * @param patience how long an answer is waited for; it is what each denied line takes
     */
    PacketProbe(Duration patience) {
        this.patience = patience;
    }

    @Override
    public boolean reaches(Endpoint from, Endpoint to, int port, PolicyCase.Protocol protocol) throws IOException {
        InetSocketAddress target = new InetSocketAddress(InetAddress.getByName(to.address()), port);
        InetAddress own = InetAddress.getByName(from.address());
        try (NetworkNamespace namespace = NetworkNamespace.named(from.place().namespace())) {
            return namespace.<Boolean, RuntimeException>call(inside -> switch (protocol) {
                case TCP -> connects(target);
                case UDP -> echoes(own, target);
                case SCTP -> throw new SandboxException("SCTP is asked by trace only");
            });
        }
    }

    private boolean connects(InetSocketAddress target) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(target, Math.toIntExact(patience.toMillis()));
            return true;
        } catch (NoRouteToHostException | SocketTimeoutException silence) {
            return false;
        } catch (ConnectException refused) {
            return true;
        }
    }

    private boolean echoes(InetAddress own, InetSocketAddress target) throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(target);
            socket.setSoTimeout(Math.toIntExact(patience.toMillis() / TRIES));
            byte[] data = own.getAddress();
            for (int attempt = 0; attempt < TRIES; attempt++) {
                try {
                    socket.send(new DatagramPacket(data, data.length));
                    socket.receive(new DatagramPacket(new byte[data.length], data.length));
                    return true;
                } catch (SocketTimeoutException silence) {
                    // Asked again, since a datagram may be lost.
                }
            }
            return false;
        } catch (PortUnreachableException refused) {
            return true;
        }
    }
}
