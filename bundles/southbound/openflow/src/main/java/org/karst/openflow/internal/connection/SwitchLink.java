package org.karst.openflow.internal.connection;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** One TCP connection of a switch. May be used from any thread. */
@SuppressWarnings("FutureReturnValueIgnored") // what fails to be written ends the link, which its listener hears
public final class SwitchLink {
    private final Channel channel;
    private final String peer;
    private final AtomicInteger lastXid = new AtomicInteger();
    private final AtomicLong bytesSent = new AtomicLong();
    private volatile long lastHeard = System.nanoTime();

    SwitchLink(Channel channel) {
        this.channel = channel;
        this.peer = String.valueOf(channel.remoteAddress());
    }

    /** The address of the switch, for people. */
    public String peer() {
        return peer;
    }

    /** A transaction number that this link has not had. */
    public int nextXid() {
        return lastXid.incrementAndGet();
    }

    /** Numbers for many messages. Answers the first. */
    public int nextXids(int count) {
        return lastXid.getAndAdd(count) + 1;
    }

    public ByteBuf buffer() {
        return channel.alloc().buffer();
    }

    /** Sends whole messages; takes the buffer. */
    public void send(ByteBuf messages) {
        bytesSent.addAndGet(messages.readableBytes());
        channel.writeAndFlush(messages, channel.voidPromise());
    }

    /** Whether the switch keeps up with what it is sent. */
    public boolean isWritable() {
        return channel.isWritable();
    }

    /** How many bytes wait because the switch does not read; about, and 0 while they are few. */
    long waitingBytes() {
        return channel.bytesBeforeWritable();
    }

    /** How many bytes were handed over for sending. */
    public long bytesSent() {
        return bytesSent.get();
    }

    void heard() {
        lastHeard = System.nanoTime();
    }

    /** When the switch last said something, in {@link System#nanoTime}. */
    public long lastHeard() {
        return lastHeard;
    }

    public void close() {
        channel.close();
    }

    @Override
    public String toString() {
        return peer;
    }
}
