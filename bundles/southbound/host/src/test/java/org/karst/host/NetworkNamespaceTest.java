package org.karst.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("root")
class NetworkNamespaceTest {
    private static final InetSocketAddress LOOPBACK = new InetSocketAddress(InetAddress.getLoopbackAddress(), 7777);

    private TestNamespaces namespaces;

    @BeforeEach
    void open() {
        namespaces = new TestNamespaces();
    }

    @AfterEach
    void close() throws Exception {
        namespaces.close();
    }

    private static String forwarding(NetworkNamespace namespace) throws Exception {
        return namespace.call(session -> session.sysctl("net/ipv4/ip_forward"));
    }

    private static Path ownNamespace() throws Exception {
        return Files.readSymbolicLink(Path.of("/proc/thread-self/ns/net"));
    }

    @Test
    void workRunsInsideAndTheCallerStaysOutside() throws Exception {
        NetworkNamespace blue = namespaces.create("blue");
        Path before = ownNamespace();
        Path inside = blue.call(session -> Files.readSymbolicLink(Path.of("/proc/thread-self/ns/net")));
        assertThat(inside).isNotEqualTo(before);
        assertThat(ownNamespace()).isEqualTo(before);
        assertThat(TestNamespaces.ip(blue, "-o", "link", "show"))
                .contains("lo:")
                .hasLineCount(1);
    }

    @Test
    void theOperatorsToolSeesTheNameAndMayDeleteIt() throws Exception {
        String name = TestNamespaces.uniqueName("seen");
        namespaces.create("seen");
        assertThat(NetworkNamespace.names()).contains(name);
        TestNamespaces.run(List.of("ip", "netns", "del", name));
        assertThat(NetworkNamespace.names()).doesNotContain(name);
        assertThat(NetworkNamespace.delete(name)).isFalse();
    }

    @Test
    void aNameIsMadeOnce() throws Exception {
        namespaces.create("once");
        assertThatThrownBy(() -> NetworkNamespace.create(TestNamespaces.uniqueName("once")))
                .isInstanceOfSatisfying(HostException.class, refusal -> assertThat(refusal.exists())
                        .isTrue())
                .hasMessageContaining("create network namespace " + TestNamespaces.uniqueName("once"))
                .hasMessageContaining("EEXIST");
    }

    @Test
    void aMissingPathIsNamed() {
        assertThatThrownBy(() -> NetworkNamespace.open(Path.of("/run/netns/karst-t-none")))
                .hasMessage(
                        "cannot open network namespace /run/netns/karst-t-none: No such file or directory (ENOENT)");
        assertThatThrownBy(() -> NetworkNamespace.open(Path.of("/etc/passwd")).call(session -> 1))
                .hasMessageContaining("enter network namespace /etc/passwd")
                .hasMessageContaining("EINVAL");
        assertThatThrownBy(() -> NetworkNamespace.named("../etc")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void failuresOfTheWorkReachTheCallerAsTheyAre() throws Exception {
        NetworkNamespace blue = namespaces.create("blue");
        assertThatThrownBy(() -> blue.run(session -> {
                    throw new IllegalStateException("mine");
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("mine");
    }

    @Test
    void parametersAreThoseOfTheNamespace() throws Exception {
        NetworkNamespace blue = namespaces.create("blue");
        NetworkNamespace red = namespaces.create("red");
        blue.run(session -> {
            session.sysctl("net/ipv4/ip_forward", "1");
        });
        assertThat(forwarding(blue)).isEqualTo("1");
        red.run(session -> {
            session.sysctl("net/ipv4/ip_forward", "0");
        });
        assertThat(forwarding(blue)).isEqualTo("1");
        assertThatThrownBy(() -> blue.call(session -> session.sysctl("net/ipv6/conf/none/accept_ra")))
                .hasMessage("cannot read net/ipv6/conf/none/accept_ra: No such file or directory (ENOENT)");
        assertThatThrownBy(() -> blue.call(session -> session.sysctl("net/../kernel/hostname")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aNamespaceOutlivesItsNameWhileItIsOpen() throws Exception {
        NetworkNamespace blue = namespaces.create("blue");
        NetworkNamespace.delete(TestNamespaces.uniqueName("blue"));
        List<Link> links = blue.call(session -> session.routes().links());
        assertThat(links).hasSize(1);
        blue.close();
        assertThatThrownBy(() -> blue.call(session -> 1)).hasMessageContaining("is closed");
    }

    /** What the servers of many pods in one process rest on. */
    @Test
    void channelsKeepTheNamespaceInWhichTheyWereMade() throws Exception {
        NetworkNamespace blue = namespaces.create("blue");
        blue.run(session -> {
            session.routes().execute(RouteRequest.up("lo"));
        });
        try (ServerSocketChannel server = blue.call(session -> ServerSocketChannel.open()
                        .setOption(StandardSocketOptions.SO_REUSEADDR, true)
                        .bind(LOOPBACK));
                DatagramChannel udp =
                        blue.call(session -> DatagramChannel.open().bind(LOOPBACK))) {
            // The accepting thread was never inside.
            ExecutorService outside = Executors.newSingleThreadExecutor();
            try {
                outside.execute(() -> {
                    try (SocketChannel accepted = server.accept()) {
                        accepted.write(ByteBuffer.wrap(new byte[] {42}));
                    } catch (java.io.IOException closed) {
                        throw new java.io.UncheckedIOException(closed);
                    }
                });
                ByteBuffer answer = ByteBuffer.allocate(1);
                try (SocketChannel client = blue.call(session -> SocketChannel.open(LOOPBACK))) {
                    client.read(answer);
                }
                assertThat(answer.get(0)).isEqualTo((byte) 42);
                assertThatThrownBy(() -> SocketChannel.open(LOOPBACK)).isInstanceOf(java.net.ConnectException.class);
                try (DatagramChannel client = blue.call(session -> DatagramChannel.open())) {
                    client.send(ByteBuffer.wrap(new byte[] {7}), LOOPBACK);
                }
                ByteBuffer datagram = ByteBuffer.allocate(1);
                udp.receive(datagram);
                assertThat(datagram.get(0)).isEqualTo((byte) 7);
            } finally {
                outside.shutdownNow();
            }
        }
    }

    @Test
    void threadsOfAFactoryLiveInside() throws Exception {
        NetworkNamespace blue = namespaces.create("blue");
        Path inside = blue.call(session -> Files.readSymbolicLink(Path.of("/proc/thread-self/ns/net")));
        ExecutorService pool = Executors.newFixedThreadPool(2, blue.threads("blue"));
        try {
            for (int i = 0; i < 4; i++) {
                assertThat(pool.submit(NetworkNamespaceTest::ownNamespace).get())
                        .isEqualTo(inside);
            }
        } finally {
            pool.shutdownNow();
        }
    }
}
