package org.karst.sandbox.internal;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.BitSet;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.karst.host.HostException;
import org.karst.sandbox.IcmpAnswer;

/** Echo requests to one address from the network namespace of the calling thread. */
public final class EchoRequests implements AutoCloseable {
    /** Two probes at once from one place need two identifiers. */
    private static final AtomicInteger NEXT_IDENTIFIER =
            new AtomicInteger((int) ProcessHandle.current().pid());

    private static final int HOPS = 64;

    private final RawSocket socket;
    private final InetAddress to;
    private final boolean six;
    private final int identifier = NEXT_IDENTIFIER.incrementAndGet() & 0xffff;

    private EchoRequests(RawSocket socket, InetAddress to, boolean six) {
        this.socket = socket;
        this.to = to;
        this.six = six;
    }

    public static EchoRequests open(InetAddress to) throws HostException {
        boolean six = to instanceof Inet6Address;
        return new EchoRequests(RawSocket.open(six), to, six);
    }

    /** Sends numbered requests and returns how many distinct ones were answered intact. */
    public int count(int payload, int count, Duration interval, Duration patience) throws IOException {
        socket.hopLimit(HOPS);
        BitSet answered = new BitSet();
        long next = System.nanoTime();
        long hold = patience.toNanos();
        for (int number = 0; number < count; number++) {
            socket.send(to, Icmp.request(six, identifier, number, payload));
            next = Math.max(next, System.nanoTime()) + interval.toNanos();
            receive(answered, count, next);
            long begun = System.nanoTime();
            receive(answered, number + 1 - Echo.MOST_UNANSWERED, begun + hold);
            hold -= System.nanoTime() - begun;
        }
        receive(answered, count, System.nanoTime() + patience.toNanos());
        return answered.cardinality();
    }

    private void receive(BitSet answered, int enough, long until) throws IOException {
        while (answered.cardinality() < enough && until - System.nanoTime() > 1_000_000) {
            Optional<RawSocket.Received> received = socket.receive(Duration.ofNanos(until - System.nanoTime()));
            received.flatMap(packet -> Icmp.read(six, packet.from(), packet.icmp(), identifier))
                    .filter(numbered -> numbered.answer().kind() == IcmpAnswer.Kind.REPLY)
                    .ifPresent(numbered -> answered.set(numbered.sequence()));
        }
    }

    /** Sends one request and returns the first answer or error about it. */
    public Optional<IcmpAnswer> ask(int payload, int hops, boolean fragment, Duration patience) throws IOException {
        socket.hopLimit(hops);
        if (!fragment) {
            socket.doNotFragment();
        }
        socket.send(to, Icmp.request(six, identifier, 1, payload));
        long deadline = System.nanoTime() + patience.toNanos();
        while (deadline - System.nanoTime() > 0) {
            Optional<IcmpAnswer> answer = socket.receive(Duration.ofNanos(deadline - System.nanoTime()))
                    .flatMap(packet -> Icmp.read(six, packet.from(), packet.icmp(), identifier))
                    .map(Icmp.Numbered::answer);
            if (answer.isPresent()) {
                return answer;
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        socket.close();
    }
}
