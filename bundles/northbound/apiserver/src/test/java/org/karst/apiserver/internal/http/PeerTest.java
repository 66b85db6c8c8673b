package org.karst.apiserver.internal.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PeerTest {
    private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");

    private final EmbeddedChannel channel = new EmbeddedChannel(new ChannelInboundHandlerAdapter());

    @Test
    void aConnectionEndsWithTheCertificateThatLetItIn() {
        channel.freezeTime();
        Peer.endAt(channel.pipeline().firstContext(), NOW, NOW.plusSeconds(3600));
        channel.advanceTimeBy(3599, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
        assertThat(channel.isOpen()).isTrue();
        channel.advanceTimeBy(1, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void nothingWaitsForTheEndOfACertificateWhoseConnectionIsOver() {
        channel.freezeTime();
        Peer.endAt(channel.pipeline().firstContext(), NOW, NOW.plusSeconds(3600));
        assertThat(channel.close().isSuccess()).isTrue();
        channel.runPendingTasks();
        assertThat(channel.runScheduledPendingTasks()).as("no task is left").isEqualTo(-1);
    }
}
