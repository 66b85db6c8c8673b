package org.karst.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;
import org.karst.host.NetworkNamespace;
import org.karst.sandbox.internal.Echo;
import org.karst.sandbox.internal.EchoRequests;

/**
 * Sends real packets from a place and says what came back. UDP and TCP talk to the echo servers of {@link TrafficServers}. A
 * probe never throws because of the network: that is its result.
 */
public final class Prober {
    private final Place from;
    private final Duration patience;

    /**
     * Probes from a place.
     *
     * @param patience how long to wait for the last answer
     */
    public Prober(Place from, Duration patience) {
        this.from = from;
        this.patience = patience;
    }

    /** One echo request with so many bytes of payload. */
    public ProbeResult icmp(InetAddress to, int payload) throws IOException {
        return icmp(to, payload, 1, Duration.ZERO);
    }

    /** Numbered echo requests, 1 to 10,000, at this interval, or later where many are unanswered; each lost one is counted. */
    public ProbeResult icmp(InetAddress to, int payload, int count, Duration interval) throws IOException {
        return measure(ProbeResult.Protocol.ICMP, to, payload, count, () -> {
            try (EchoRequests requests = EchoRequests.open(to)) {
                return requests.count(payload, count, interval, patience);
            }
        });
    }

    /**
     * One echo request, and whatever answers it.
     *
     * @param hops hop limit, 1–255
     * @param fragment whether the packet may be fragmented
     * @return empty when nothing came back in time
     */
    public Optional<IcmpAnswer> ask(InetAddress to, int payload, int hops, boolean fragment) throws IOException {
        return inside(() -> {
            try (EchoRequests requests = EchoRequests.open(to)) {
                return requests.ask(payload, hops, fragment, patience);
            }
        });
    }

    /** One datagram of so many bytes to the echo server and back. */
    public ProbeResult udp(InetAddress to, int payload) throws IOException {
        return udp(to, payload, 1, Duration.ZERO);
    }

    /** Numbered datagrams, as echo requests. At least 4 bytes of payload. */
    public ProbeResult udp(InetAddress to, int payload, int count, Duration interval) throws IOException {
        return measure(
                ProbeResult.Protocol.UDP, to, payload, count, () -> countDatagrams(to, payload, count, interval));
    }

    /** A connection that sends so many bytes to the echo server and compares what comes back. */
    public ProbeResult tcp(InetAddress to, int payload) throws IOException {
        return measure(ProbeResult.Protocol.TCP, to, payload, 1, () -> transfer(to, payload));
    }

    /** How many came back. */
    @FunctionalInterface
    private interface Count<T> {
        T get() throws IOException;
    }

    private <T> T inside(Count<T> work) throws IOException {
        try (NetworkNamespace namespace = NetworkNamespace.named(from.namespace())) {
            return namespace.<T, RuntimeException>call(session -> work.get());
        }
    }

    private ProbeResult measure(
            ProbeResult.Protocol protocol, InetAddress to, int payload, int count, Count<Integer> work)
            throws IOException {
        long start = System.nanoTime();
        int received = 0;
        String problem = "";
        try {
            received = inside(work);
            if (received < count) {
                problem = count == 1 ? "no answer" : count - received + " of " + count + " lost";
            }
        } catch (IOException failed) {
            problem = String.valueOf(failed.getMessage());
        }
        return new ProbeResult(
                protocol,
                from.name(),
                to.getHostAddress(),
                payload,
                count,
                received,
                (System.nanoTime() - start) / 1e6,
                problem);
    }

    private int countDatagrams(InetAddress to, int payload, int count, Duration interval) throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(new InetSocketAddress(to, Echo.PORT));
            socket.setReceiveBufferSize(4 * 1024 * 1024);
            BitSet answered = new BitSet();
            DatagramPacket answer = new DatagramPacket(new byte[65536], 65536);
            long next = System.nanoTime();
            long hold = patience.toNanos();
            for (int number = 0; number < count; number++) {
                byte[] data = Echo.numbered(payload, number);
                socket.send(new DatagramPacket(data, data.length));
                next = Math.max(next, System.nanoTime()) + interval.toNanos();
                // What comes back meanwhile is taken at once, so that no buffer overflows here.
                receive(socket, answer, payload, count, answered, count, next);
                long begun = System.nanoTime();
                receive(socket, answer, payload, count, answered, number + 1 - Echo.MOST_UNANSWERED, begun + hold);
                hold -= System.nanoTime() - begun;
            }
            long deadline = System.nanoTime() + patience.toNanos();
            while (answered.cardinality() < count && System.nanoTime() < deadline) {
                receive(socket, answer, payload, count, answered, count, deadline);
            }
            return answered.cardinality();
        }
    }

    private static void receive(
            DatagramSocket socket,
            DatagramPacket answer,
            int payload,
            int count,
            BitSet answered,
            int enough,
            long until)
            throws IOException {
        while (answered.cardinality() < enough) {
            long left = (until - System.nanoTime()) / 1_000_000;
            if (left < 1) {
                return;
            }
            socket.setSoTimeout((int) left);
            try {
                answer.setLength(65536);
                socket.receive(answer);
            } catch (SocketTimeoutException quiet) {
                return;
            }
            int number = Echo.number(answer.getData(), answer.getLength());
            if (number >= 0
                    && number < count
                    && Arrays.equals(
                            Arrays.copyOf(answer.getData(), answer.getLength()), Echo.numbered(payload, number))) {
                answered.set(number);
            }
        }
    }

    private int transfer(InetAddress to, int payload) throws IOException {
        byte[] data = Echo.numbered(payload, 1);
        try (Socket socket = new Socket()) {
            socket.setSoTimeout((int) patience.toMillis());
            socket.connect(new InetSocketAddress(to, Echo.PORT), (int) patience.toMillis());
            // Sent by another thread: both directions may be full at once.
            OutputStream output = socket.getOutputStream();
            Thread sender = new Thread(() -> send(output, data), "probe sender");
            sender.setDaemon(true);
            sender.start();
            InputStream input = socket.getInputStream();
            byte[] back = input.readNBytes(data.length);
            try {
                sender.join(patience.toMillis());
            } catch (InterruptedException interruption) {
                throw (IOException) new InterruptedIOException("interrupted").initCause(interruption);
            }
            if (!Arrays.equals(data, back)) {
                throw new SandboxException(back.length + " of " + data.length + " bytes came back"
                        + (back.length == data.length ? ", changed" : ""));
            }
            return 1;
        }
    }

    private static void send(OutputStream output, byte[] data) {
        try {
            output.write(data);
            output.flush();
        } catch (IOException broken) {
            // The reader sees the same, and tells it.
        }
    }
}
