package org.karst.ovsdb.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.json.JsonObjectDecoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.karst.ovsdb.ClientSettings;

/** The border to the peer: messages cut anywhere are the same messages, and no byte does worse than end the connection. */
class FramingTest {
    private static final int LARGEST = 1 << 16;

    /** A session on a channel without a network. */
    private static final class Line implements Session.Listener {
        private final List<String> heard = new ArrayList<>();
        private final List<String> ends = new ArrayList<>();
        private final Session session = new Session(ClientSettings.DEFAULT, false, this);
        private final EmbeddedChannel channel = new EmbeddedChannel(new JsonObjectDecoder(LARGEST), session);

        @Override
        public void opened(Session opened) {
            heard.add("opened");
        }

        @Override
        public void notified(String method, List<?> parameters) {
            heard.add(method + parameters);
        }

        @Override
        public void closed(String reason) {
            ends.add(reason);
        }

        void receive(byte[] bytes) {
            if (channel.isOpen()) {
                channel.writeInbound(Unpooled.copiedBuffer(bytes));
            }
        }

        List<String> sent() {
            List<String> sent = new ArrayList<>();
            for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
                sent.add(out.toString(StandardCharsets.UTF_8));
                out.release();
            }
            return sent;
        }

        void pass(Duration time) {
            channel.advanceTimeBy(time.toMillis(), TimeUnit.MILLISECONDS);
            channel.runPendingTasks();
        }

        void finish() {
            channel.checkException(); // whatever reaches the end of the pipeline would be logged and forgotten
            channel.finishAndReleaseAll();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] json(Object value) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Json.write(value, out);
        return out.toByteArray();
    }

    @Test
    void whatIsWrittenIsReadTheSame() throws IOException {
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < 5000; i++) {
            Object value = value(random, 4);
            assertThat(Json.read(Unpooled.wrappedBuffer(json(value)))).isEqualTo(value);
        }
    }

    @Test
    void messagesCutAnywhereAreTheSameMessages() throws IOException {
        SplittableRandom random = new SplittableRandom(4);
        for (int run = 0; run < 300; run++) {
            ByteArrayOutputStream stream = new ByteArrayOutputStream();
            List<String> expected = new ArrayList<>(List.of("opened"));
            for (int i = 0; i < 5; i++) {
                List<Object> parameters = new ArrayList<>();
                parameters.add(value(random, 3));
                Map<String, Object> message = new LinkedHashMap<>();
                message.put("method", "update" + i);
                message.put("params", parameters);
                message.put("id", null);
                stream.write(json(message));
                stream.write(bytes(" \n\t".substring(random.nextInt(4))));
                expected.add("update" + i + parameters);
            }
            Line line = new Line();
            byte[] all = stream.toByteArray();
            for (int at = 0; at < all.length; ) {
                int end = Math.min(all.length, at + 1 + random.nextInt(random.nextBoolean() ? 3 : 200));
                line.receive(java.util.Arrays.copyOfRange(all, at, end));
                at = end;
            }
            assertThat(line.heard).isEqualTo(expected);
            assertThat(line.ends).isEmpty();
            line.finish();
        }
    }

    @Test
    void noByteDoesWorseThanEndTheConnection() throws IOException {
        SplittableRandom random = new SplittableRandom(5);
        int ended = 0;
        for (int run = 0; run < 20_000; run++) {
            Line line = new Line();
            List<String> answers = new ArrayList<>();
            line.session.request(
                    "list_dbs",
                    List.of(),
                    (result, failure) -> answers.add(failure == null ? "ok" : failure.getMessage()));
            byte[] message = json(message(random));
            for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                int at = random.nextInt(message.length);
                message[at] = (byte)
                        (random.nextBoolean() ? random.nextInt(256) : "{}[]\",:\\0n-".charAt(random.nextInt(11)));
            }
            line.receive(message);
            line.receive(message);
            line.finish();
            assertThat(line.ends).hasSize(1); // finish() ends the healthy ones
            assertThat(line.ends.get(0))
                    .doesNotContain("Exception")
                    .endsWith("")
                    .isNotBlank();
            assertThat(answers).hasSize(1);
            if (line.ends.get(0).contains("no JSON-RPC")) {
                ended++;
            }
        }
        assertThat(ended).as("runs that were garbage").isBetween(2_000, 19_999);
    }

    @Test
    void aBoundOnTheSizeOfAMessage() {
        Line line = new Line();
        byte[] piece = bytes("{\"a\":\"" + "x".repeat(1000));
        for (int i = 0; i < 100; i++) {
            line.receive(i == 0 ? piece : bytes("x".repeat(1000)));
        }
        assertThat(line.ends).singleElement().asString().contains(String.valueOf(LARGEST));
        line.finish();
    }

    @Test
    void answersAnEchoAndRefusesAllElse() {
        Line line = new Line();
        line.receive(
                bytes(
                        "{\"id\":\"echo\",\"method\":\"echo\",\"params\":[1,\"a\"]}{\"id\":5,\"method\":\"format\",\"params\":[]}"));
        assertThat(line.sent())
                .containsExactly(
                        "{\"id\":\"echo\",\"result\":[1,\"a\"],\"error\":null}",
                        "{\"id\":5,\"result\":null,\"error\":\"unknown method\"}");
        line.finish();
    }

    @Test
    void aServerThatIsQuietIsAskedAndIsLeftWhenItDoesNotAnswer() {
        Line line = new Line();
        line.channel.freezeTime();
        for (int i = 0; i < 3; i++) {
            line.pass(ClientSettings.DEFAULT.inactivityProbe());
            assertThat(line.sent()).singleElement().asString().contains("\"method\":\"echo\"");
            line.receive(bytes("{\"id\":\"echo\",\"result\":[],\"error\":null}"));
            line.pass(ClientSettings.DEFAULT.inactivityProbe());
            assertThat(line.sent()).isEmpty();
        }
        line.pass(ClientSettings.DEFAULT.inactivityProbe());
        assertThat(line.ends).isEmpty();
        line.pass(ClientSettings.DEFAULT.inactivityProbe());
        assertThat(line.ends).containsExactly("The OVSDB server did not answer an echo within 5000 ms.");
        line.finish();
    }

    @Test
    void answersFindTheirRequestsInAnyOrder() {
        Line line = new Line();
        List<String> answers = new ArrayList<>();
        line.session.request("a", List.of(), (result, failure) -> answers.add("a " + result));
        line.session.request("b", List.of(), (result, failure) -> answers.add("b " + failure.error()));
        line.receive(bytes("{\"id\":2,\"result\":null,\"error\":{\"error\":\"unknown database\",\"details\":\"x\"}}"
                + "{\"id\":7,\"result\":1,\"error\":null}{\"id\":1,\"result\":[true],\"error\":null}"));
        assertThat(answers).containsExactly("b unknown database", "a [true]");
        line.finish();
    }

    private static Object message(SplittableRandom random) {
        Map<String, Object> message = new LinkedHashMap<>();
        if (random.nextBoolean()) {
            message.put("id", random.nextBoolean() ? 1L : null);
            message.put("method", random.nextBoolean() ? "echo" : "update3");
            message.put("params", List.of(String.valueOf(random.nextInt())));
        } else {
            message.put("id", (long) random.nextInt(3));
            message.put("result", value(random, 3));
            message.put("error", null);
        }
        return message;
    }

    private static Object value(SplittableRandom random, int depth) {
        return switch (random.nextInt(depth == 0 ? 6 : 8)) {
            case 0 -> random.nextLong();
            case 1 -> (random.nextInt(2000) - 1000) / 16.0;
            case 2 -> random.nextBoolean();
            case 3 -> null;
            case 4 -> "";
            case 5 -> "{[\"\\]}\u0000\u00e9\u20ac\ud83d\ude00".substring(0, random.nextInt(9));
            case 6 -> {
                List<Object> elements = new ArrayList<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    elements.add(value(random, depth - 1));
                }
                yield elements;
            }
            default -> {
                Map<String, Object> members = new LinkedHashMap<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    members.put("\"m" + i, value(random, depth - 1));
                }
                yield members;
            }
        };
    }
}
