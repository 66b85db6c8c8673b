package org.karst.sandbox;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Predicate;
import org.karst.host.HostException;
import org.karst.host.NetworkNamespace;
import org.karst.sandbox.internal.PacketSocket;

/**
 * A link of a place, without the kernel's help and past its checks: frames go out as they are given, lies too, and what
 * arrives is seen whole.
 */
public final class FrameLink implements AutoCloseable {
    private final PacketSocket socket;

    private FrameLink(PacketSocket socket) {
        this.socket = socket;
    }

    /** Opens a link of a place; it hears from now on. */
    public static FrameLink open(Place place, String name) throws IOException {
        try (NetworkNamespace namespace = NetworkNamespace.named(place.namespace())) {
            return new FrameLink(
                    namespace.<PacketSocket, RuntimeException>call(inside -> PacketSocket.open(inside.routes()
                            .link(name)
                            .orElseThrow(() -> new HostException(place.name() + " has no link " + name))
                            .index())));
        }
    }

    /** Sends a frame so many times. */
    public void send(byte[] frame, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            socket.send(frame);
        }
    }

    /** How many frames of a kind arrive until {@code patience} is over, counted from the opening of the link. */
    public int received(Predicate<byte[]> kind, Duration patience) throws IOException {
        int count = 0;
        long end = System.nanoTime() + patience.toNanos();
        while (System.nanoTime() < end) {
            count += socket.receive(Duration.ofNanos(end - System.nanoTime()))
                    .filter(kind)
                    .map(frame -> 1)
                    .orElse(0);
        }
        return count;
    }

    @Override
    public void close() {
        socket.close();
    }
}
