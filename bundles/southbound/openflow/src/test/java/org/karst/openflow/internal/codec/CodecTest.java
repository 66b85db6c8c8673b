package org.karst.openflow.internal.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.karst.openflow.internal.codec.RequestEncoder.BundleCommand;
import org.karst.openflow.internal.codec.RequestEncoder.FlowCommand;
import org.karst.pipeline.Action;
import org.karst.pipeline.Bits;
import org.karst.pipeline.Cookie;
import org.karst.pipeline.Field;
import org.karst.pipeline.Flow;
import org.karst.pipeline.Match;

/** Bytes against those of ovs-ofctl 3.1, and noise. */
final class CodecTest {
    private static final Cookie COOKIE = new Cookie(0x4b09_0000_0000_0001L);

    private static String encoded(FlowCommand command, Flow flow) {
        ByteBuf out = Unpooled.buffer();
        RequestEncoder.flowMod(out, 2, command, flow, COOKIE);
        return ByteBufUtil.hexDump(out);
    }

    @Test
    void bytesAreThoseOfOvsOfctl() {
        Flow larger =
                new Flow(1, 0x8000, Match.ip(), List.of(new Action.CheckPacketLarger(1400, Field.REG0.range(5, 5))));
        assertThat(encoded(FlowCommand.ADD, larger))
                .isEqualTo("060e0060000000024b090000000000010000000000000000010000000000"
                        + "8000ffffffffffffffffffffffff000000000001000a80000a020800000000000000"
                        + "0004002000000000ffff00180000232000310578000500010004000000000000");

        Flow tracked = new Flow(
                1,
                0x8000,
                Match.ip(),
                List.of(
                        new Action.Ct(
                                true,
                                Field.REG1.range(16, 31),
                                Optional.empty(),
                                List.of(
                                        new Action.Move(Field.REG4.whole(), Field.CT_LABEL.range(0, 31)),
                                        new Action.SetField(Field.CT_MARK.whole(), Bits.of(1)))),
                        new Action.ToController(0x01020304, 5)));
        assertThat(encoded(FlowCommand.ADD, tracked))
                .isEqualTo("060e00a8000000024b090000000000010000000000000000010000000000"
                        + "8000ffffffffffffffffffffffff000000000001000a80000a020800000000000000"
                        + "0004006800000000ffff0040000023200023000100010204040fff0000000000"
                        + "001c00180020000000000000000108040001d8100000000000190010"
                        + "0001d6040000000100000000ffff002000002320002500000000000000030008"
                        + "010203040005000800000005");
    }

    @Test
    void aDeletionNamesTheFlowAndNothingElse() {
        Flow flow = new Flow(1, 0x8000, Match.all().and(Field.VLAN_VID, 0x1007), List.of(new Action.Output(4)));
        assertThat(encoded(FlowCommand.DELETE_STRICT, flow))
                .isEqualTo("060e00400000000200000000000000000000000000000000"
                        + "01040000000080"
                        + "00ffffffffffffffffffffffff000000000001000a80000c021007000000000000");
    }

    @Test
    void whatDoesNotFitIntoAMessageIsRefusedAndLeavesNoTrace() {
        ByteBuf out = Unpooled.buffer();
        RequestEncoder.barrierRequest(out, 1);
        Flow flow = new Flow(
                1, 1, Match.all(), new ArrayList<>(java.util.Collections.nCopies(5_000, new Action.Output(1))));
        assertThatThrownBy(() -> RequestEncoder.bundledFlowMod(out, 2, 1, FlowCommand.ADD, flow, COOKIE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("65535");
        assertThat(ByteBufUtil.hexDump(out)).isEqualTo("0614000800000001");
    }

    @Test
    void aBundleIsAtomicAndOrdered() {
        ByteBuf out = Unpooled.buffer();
        RequestEncoder.bundleControl(out, 9, 7, BundleCommand.COMMIT);
        assertThat(ByteBufUtil.hexDump(out)).isEqualTo("0621001000000009000000070004" + "0003");
    }

    /** Every kind of action has bytes, so that a new one is not forgotten here. */
    @Test
    void everyActionIsEncodedAndDecoded() {
        List<Action> examples = List.of(
                new Action.Output(3),
                new Action.OutputTo(Field.REG2.range(0, 15)),
                new Action.SetField(Field.REG3.range(4, 9), Bits.of(33)),
                new Action.Move(Field.REG4.range(1, 20), Field.XXREG1.range(100, 119)),
                new Action.Resubmit(77),
                new Action.Ct(false, Field.REG1.range(0, 15), Optional.of(4), List.of()),
                new Action.Push(Field.REG5.range(0, 31)),
                new Action.Pop(Field.REG6.range(3, 18)),
                new Action.Conjunction(0xfffeff01L, 2, 3),
                new Action.DecrementTtl(),
                new Action.CheckPacketLarger(1500, Field.REG0.range(31, 31)),
                new Action.ToController(-5, 0),
                new Action.Goto(9));
        assertThat(examples.stream().map(Action::getClass).toList())
                .as("an example of each action")
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.<Class<?>>asList(Action.class.getPermittedSubclasses()).stream()
                                .map(type -> (Class<? extends Action>) type.asSubclass(Action.class))
                                .toList());
        ByteBuf out = Unpooled.buffer();
        ActionEncoder.writeInstructions(out, examples);
        assertThat(ActionDecoder.readInstructions(out)).isEqualTo(examples);
    }

    private static byte[] message(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    /** A dump of one flow, features, a refusal, a packet, a meter: the messages that have structure. */
    private static List<byte[]> examples() {
        return List.of(
                message("0613007000000005" + "0001000000000000" // a multipart reply of one flow
                        + "0060000009000064000000000000" + "00004b09000000000001" // table 9, priority 100
                        + "0001001280000a0208000001020400000001000000000000" // ip,reg1=1
                        + "00000028" + "800200080000000100000002" // the age: 1 s, 2 ns
                        + "800208080000000000000003" + "80020a080000000000000004" // packets, bytes
                        + "000100080a000000"), // goto_table:10
                message("0606002000000002000000000000004b00000000fe0000000000004f00000000"),
                message("06010014000000070005000106020008000000070000"),
                message("06040040000000000000232000000" + "01e" + "0000000e" + "00010203040506070809" + "0000"
                        + "0006001080000004000000030001040400000009" + "000300080000004d"),
                message("0613002800000006000a000000000000001800060000000700010010000000640000000a00000000"));
    }

    /** Any byte may be wrong: the answer is a message or Malformed, never an exception. */
    @Test
    void noiseIsDecodedToSomething() {
        Random random = new Random(3);
        List<byte[]> examples = examples();
        int malformed = 0;
        for (int round = 0; round < 200_000; round++) {
            byte[] bytes = examples.get(random.nextInt(examples.size())).clone();
            for (int i = random.nextInt(4); i > 0; i--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            if (random.nextInt(4) == 0) {
                bytes = Arrays.copyOf(bytes, 4 + random.nextInt(bytes.length - 3));
            }
            InboundMessage message =
                    MessageDecoder.decode(bytes[1] & 0xff, Unpooled.wrappedBuffer(bytes, 4, bytes.length - 4));
            assertThat(message).isNotNull();
            if (message instanceof InboundMessage.Malformed) {
                malformed++;
            }
        }
        assertThat(malformed).isBetween(10_000, 190_000);
    }

    @Test
    void examplesSayWhatTheySay() {
        InboundMessage flows = MessageDecoder.decode(
                19, Unpooled.wrappedBuffer(examples().get(0)).skipBytes(4));
        assertThat(flows).isInstanceOf(InboundMessage.FlowDescriptions.class);
        FlowDescription flow = ((InboundMessage.FlowDescriptions) flows).flows().get(0);
        assertThat(flow.match()).contains(Match.ip().and(Field.REG1, 1));
        assertThat(flow.actions()).contains(List.of(new Action.Goto(10)));
        assertThat(flow.packets()).isEqualTo(3);
        assertThat(flow.bytes()).isEqualTo(4);
        assertThat(flow.age()).isEqualTo(java.time.Duration.ofSeconds(1, 2));
        assertThat(flow.cookie()).isEqualTo(COOKIE);
    }
}
