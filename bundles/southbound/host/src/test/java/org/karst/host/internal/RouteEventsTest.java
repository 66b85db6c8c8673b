package org.karst.host.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.karst.host.HostException;
import org.karst.host.NetworkNamespace;
import org.karst.host.RouteRequest;
import org.karst.host.TestNamespaces;

@Tag("root")
class RouteEventsTest {
    /** Else a late reader would take what comes for the next socket of the same number. */
    @Test
    void theSocketIsClosedWhenNobodyReadsItAnyMore() throws Exception {
        try (TestNamespaces namespaces = new TestNamespaces()) {
            NetworkNamespace node = namespaces.create("node");
            RouteEvents events = RouteEvents.in(node);
            CountDownLatch begun = new CountDownLatch(1);
            CompletableFuture<RouteEvents.Heard> reader = CompletableFuture.supplyAsync(() -> {
                begun.countDown();
                try {
                    return events.await(Duration.ofMillis(500));
                } catch (HostException closed) {
                    return RouteEvents.Heard.NOTHING;
                }
            });
            begun.await();
            events.close();
            assertThat(reader.get(60, TimeUnit.SECONDS)).isEqualTo(RouteEvents.Heard.NOTHING);
            assertThatThrownBy(() -> events.await(Duration.ofMillis(1)))
                    .isInstanceOf(HostException.class)
                    .hasMessage("nobody listens for changes of links any more");
        }
    }

    @Test
    void saysHowMuchMayBeDifferent() throws Exception {
        try (TestNamespaces namespaces = new TestNamespaces()) {
            NetworkNamespace node = namespaces.create("node");
            try (RouteEvents events = RouteEvents.in(node)) {
                node.run(inside -> inside.routes().execute(RouteRequest.create("kp1", "bridge")));
                assertThat(events.await(Duration.ofSeconds(60))).isEqualTo(RouteEvents.Heard.LINKS);
                TestNamespaces.ip(node, "address", "add", "192.0.2.1/24", "dev", "kp1");
                assertThat(events.await(Duration.ofSeconds(60))).isEqualTo(RouteEvents.Heard.WAYS);
                TestNamespaces.ip(
                        node,
                        "neighbour",
                        "add",
                        "192.0.2.9",
                        "lladdr",
                        "02:00:00:00:00:09",
                        "dev",
                        "kp1",
                        "nud",
                        "permanent");
                assertThat(events.await(Duration.ofSeconds(60))).isEqualTo(RouteEvents.Heard.NOISE);
                TestNamespaces.ip(node, "neighbour", "delete", "192.0.2.9", "dev", "kp1");
                assertThat(events.await(Duration.ofSeconds(60))).isEqualTo(RouteEvents.Heard.WAYS);
            }
        }
    }
}
