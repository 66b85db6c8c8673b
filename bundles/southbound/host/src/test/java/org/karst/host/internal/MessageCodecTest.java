package org.karst.host.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The codec alone: exact bytes in both byte orders, round trips, and that no input can do worse than be called malformed. */
class MessageCodecTest {
    private static final List<ByteOrder> ORDERS = List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN);

    /** What {@code ip address add 10.128.0.5/23 dev 7} sends, by the layout of RFC 3549. */
    @Test
    void writesTheBytesOfLittleEndianMachines() {
        assertThat(hex(addressMessage(ByteOrder.LITTLE_ENDIAN)))
                .isEqualTo("28000000" + "1400" + "0506" + "09000000" + "00000000" // header
                        + "02170000" + "07000000" // struct ifaddrmsg
                        + "0800" + "0200" + "0a800005" // local address, network byte order
                        + "0800" + "0100" + "0a800005");
    }

    @Test
    void writesTheBytesOfBigEndianMachinesAndKeepsAddressesInNetworkOrder() {
        assertThat(hex(addressMessage(ByteOrder.BIG_ENDIAN)))
                .isEqualTo("00000028" + "0014" + "0605" + "00000009" + "00000000"
                        + "02170000" + "00000007"
                        + "0008" + "0002" + "0a800005"
                        + "0008" + "0001" + "0a800005");
    }

    @Test
    void readsInBothByteOrdersWhatWasWritten() throws Exception {
        for (ByteOrder order : ORDERS) {
            Message message =
                    Message.split(buffer(addressMessage(order), order)).get(0);
            assertThat(RouteDecoder.address(message).orElseThrow()).hasToString("10.128.0.5/23 dev 7");
            assertThat(message.sequence()).isEqualTo(9);
        }
    }

    @Test
    void readsANeighbourAndARouteInBothByteOrders() throws Exception {
        for (ByteOrder order : ORDERS) {
            byte[] neighbour = new MessageWriter(order)
                    .u8(LibC.AF_INET)
                    .u8(0)
                    .u16(0)
                    .u32(3)
                    .u16(RouteNetlink.NEIGHBOUR_PERMANENT)
                    .u8(0)
                    .u8(0)
                    .attribute(RouteNetlink.NEIGHBOUR_ADDRESS, new byte[] {10, 0, 0, 1})
                    .attribute(RouteNetlink.NEIGHBOUR_MAC, new byte[] {0x0a, 0x58, 10, 0, 0, (byte) 0xff})
                    .finish(RouteNetlink.NEW_NEIGHBOUR, 0, 1);
            byte[] route = new MessageWriter(order)
                    .u8(LibC.AF_INET)
                    .u8(0)
                    .u8(0)
                    .u8(0)
                    .u8(0)
                    .u8(75)
                    .u8(0)
                    .u8(RouteNetlink.ROUTE_UNICAST)
                    .u32(RouteNetlink.ROUTE_FLAG_ON_LINK)
                    .attributeU32(RouteNetlink.ROUTE_TABLE, 1000)
                    .attributeU32(RouteNetlink.ROUTE_LINK, 3)
                    .attribute(RouteNetlink.ROUTE_GATEWAY, new byte[] {10, 0, 0, 1})
                    .finish(RouteNetlink.NEW_ROUTE, 0, 2);
            ByteBuffer both = ByteBuffer.allocate(neighbour.length + route.length)
                    .put(neighbour)
                    .put(route)
                    .flip()
                    .order(order);
            List<Message> messages = Message.split(both);
            assertThat(RouteDecoder.neighbour(messages.get(0)).orElseThrow())
                    .hasToString("10.0.0.1 lladdr 0a:58:0a:00:00:ff dev 3 nud permanent");
            assertThat(RouteDecoder.route(messages.get(1)).orElseThrow())
                    .hasToString("0.0.0.0/0 via 10.0.0.1 dev 3 onlink table 1000 proto 75");
        }
    }

    @Test
    void nestedAttributesRoundTrip() throws Exception {
        SplittableRandom random = new SplittableRandom(1);
        for (int run = 0; run < 2_000; run++) {
            ByteOrder order = ORDERS.get(run % 2);
            byte[] inner = bytes(random, random.nextInt(60));
            int number = random.nextInt();
            String text = "n" + random.nextInt(1000);
            int type = 1 + random.nextInt(100);
            byte[] message = new MessageWriter(order)
                    .u32(7)
                    .attribute(type, nest -> nest.attribute(1, inner)
                            .attributeU32(2, number)
                            .attribute(3, deeper -> deeper.attributeText(1, text)))
                    .attributeText(type + 1, text)
                    .finish(16, 0, run);
            Message read = Message.split(buffer(message, order)).get(0);
            Attributes outer = Attributes.parse(read.payload().position(4));
            assertThat(outer.nest(type).bytes(1)).contains(inner);
            assertThat(outer.nest(type).u32(2)).hasValue(number);
            assertThat(outer.nest(type).nest(3).text(1)).contains(text);
            assertThat(outer.text(type + 1)).contains(text);
            assertThat(outer.has(type + 2)).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void findsTheKernelsWordsBehindAWholeOrACappedRequest(boolean capped) throws Exception {
        for (ByteOrder order : ORDERS) {
            byte[] request = addressMessage(order);
            MessageWriter writer = new MessageWriter(order).u32(-17);
            int kept = capped ? Message.HEADER_LENGTH : request.length;
            for (int i = 0; i < kept; i++) {
                writer.u8(request[i]);
            }
            byte[] answer = writer.attributeText(1, "Address already assigned")
                    .finish(Message.ERROR, Message.ACK_ATTRIBUTES | (capped ? Message.CAPPED : 0), 9);
            Message message = Message.split(buffer(answer, order)).get(0);
            assertThat(message.errno()).hasValue(17);
            assertThat(message.extendedText()).isEqualTo("Address already assigned");
        }
    }

    @Test
    void refusesLengthsThatPointOutside() {
        byte[] message = addressMessage(ByteOrder.LITTLE_ENDIAN);
        message[0] = 41;
        assertThatThrownBy(() -> Message.split(buffer(message, ByteOrder.LITTLE_ENDIAN)))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage("message at offset 0 claims 41 bytes, the buffer has 40");
        message[0] = 40;
        message[24] = 3;
        assertThatThrownBy(() -> RouteDecoder.address(
                        Message.split(buffer(message, ByteOrder.LITTLE_ENDIAN)).get(0)))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage("attribute 2 at offset 0 claims 3 bytes, the message has 16");
    }

    /** Random bytes, and valid messages with flipped bytes: read or called malformed, nothing else. */
    @Test
    void anyBytesAreReadOrCalledMalformed() {
        SplittableRandom random = new SplittableRandom(20_261_123);
        int[] malformedAndRead = new int[2];
        for (int run = 0; run < 100_000; run++) {
            ByteOrder order = ORDERS.get(run % 2);
            byte[] data;
            if (random.nextInt(3) == 0) {
                data = bytes(random, random.nextInt(120));
            } else {
                data = linkMessage(order, random);
                for (int flips = random.nextInt(4); flips > 0; flips--) {
                    data[random.nextInt(data.length)] = (byte) random.nextInt();
                }
            }
            try {
                for (Message message : Message.split(buffer(data, order))) {
                    count(malformedAndRead, message, Message::errno);
                    count(malformedAndRead, message, Message::extendedText);
                    count(malformedAndRead, as(RouteNetlink.NEW_LINK, message), RouteDecoder::link);
                    count(malformedAndRead, as(RouteNetlink.NEW_ADDRESS, message), RouteDecoder::address);
                    count(malformedAndRead, as(RouteNetlink.NEW_ROUTE, message), RouteDecoder::route);
                    count(malformedAndRead, as(RouteNetlink.NEW_NEIGHBOUR, message), RouteDecoder::neighbour);
                    count(malformedAndRead, as(RouteNetlink.NEW_NEIGHBOUR, message), RouteDecoder::managedNeighbour);
                }
            } catch (MalformedMessageException expected) {
                malformedAndRead[0]++;
            }
        }
        assertThat(malformedAndRead[0]).isGreaterThan(10_000);
        assertThat(malformedAndRead[1]).isGreaterThan(10_000);
    }

    private interface Reader {
        Object read(Message message) throws MalformedMessageException;
    }

    private static void count(int[] malformedAndRead, Message message, Reader reader) {
        try {
            reader.read(message);
            malformedAndRead[1]++;
        } catch (MalformedMessageException expected) {
            malformedAndRead[0]++;
        }
    }

    private static Message as(int type, Message message) {
        return new Message(type, message.flags(), message.sequence(), message.port(), message.payload());
    }

    private static byte[] addressMessage(ByteOrder order) {
        byte[] address = {10, (byte) 128, 0, 5};
        return new MessageWriter(order)
                .u8(LibC.AF_INET)
                .u8(23)
                .u8(0)
                .u8(0)
                .u32(7)
                .attribute(RouteNetlink.ADDRESS_LOCAL, address)
                .attribute(RouteNetlink.ADDRESS_REMOTE, address)
                .finish(
                        RouteNetlink.NEW_ADDRESS,
                        Message.REQUEST | Message.ACK | Message.CREATE | Message.EXCLUSIVE,
                        9);
    }

    private static byte[] linkMessage(ByteOrder order, SplittableRandom random) {
        List<Integer> types =
                List.of(RouteNetlink.NEW_LINK, RouteNetlink.NEW_ADDRESS, RouteNetlink.NEW_ROUTE, Message.ERROR);
        return new MessageWriter(order)
                .u8(LibC.AF_INET)
                .u8(24)
                .u16(0)
                .u32(random.nextInt(9))
                .u32(1)
                .u32(1)
                .attributeText(RouteNetlink.LINK_NAME, "eth0")
                .attribute(RouteNetlink.LINK_INFO, info -> info.attributeText(RouteNetlink.INFO_KIND, "veth"))
                .finish(types.get(random.nextInt(types.size())), random.nextInt(0x400), random.nextInt());
    }

    private static byte[] bytes(SplittableRandom random, int length) {
        byte[] data = new byte[length];
        for (int i = 0; i < length; i++) {
            data[i] = (byte) random.nextInt();
        }
        return data;
    }

    private static ByteBuffer buffer(byte[] data, ByteOrder order) {
        return ByteBuffer.wrap(data).order(order);
    }

    private static String hex(byte[] data) {
        return HexFormat.of().formatHex(data);
    }
}
