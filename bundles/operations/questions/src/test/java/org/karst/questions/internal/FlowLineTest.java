package org.karst.questions.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.karst.pipeline.Match;
import org.karst.questions.QuestionException;

class FlowLineTest {
    @Test
    void readsALineOfDumpFlows() {
        FlowLine line = FlowLine.parse(
                " cookie=0x4b820000deadbeef, duration=12.345s, table=130, n_packets=7, n_bytes=686,"
                        + " idle_age=3, priority=1032,ip,nw_dst=10.128.0.5 actions=set_field:0x5/0xffff->reg2,goto_table:136");
        assertThat(line.table()).isEqualTo(130);
        assertThat(line.priority()).isEqualTo(1032);
        assertThat(line.match(0)).isEqualTo(Match.parse("ip,nw_dst=10.128.0.5"));
    }

    @Test
    void whatOvsOfctlLeavesOutIsTheDefault() {
        FlowLine line = FlowLine.parse("table=8, n_packets=0, reset_counts actions=drop");
        assertThat(line.priority()).isEqualTo(32_768);
        assertThat(line.match(0)).isEqualTo(Match.all());
    }

    @Test
    void takesTheNameOfAPort() {
        FlowLine line = FlowLine.parse("table=1,priority=100,in_port=\"vetha3\",ip");
        assertThat(line.portName()).contains("vetha3");
        assertThat(line.match(9)).isEqualTo(Match.parse("in_port=9,ip"));
        assertThat(FlowLine.parse("table=1,in_port=LOCAL").portName()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "priority=1,ip | no table=NUMBER in 'priority=1,ip'",
                "table=300 | 'table=300' in the flow is no number from 0 to 253",
                "table=1,priority=high | 'priority=high' in the flow is no number from 0 to 65535",
                "table=1,nw_dst=5000 | the flow cannot be read: 'nw_dst=5000' has no value that fits nw_dst",
                "table=1,colour=red | the flow cannot be read: 'colour' is not a field of ovs-fields(7)",
            })
    void namesWhatIsWrong(String text, String sentence) {
        assertThatThrownBy(() -> FlowLine.parse(text))
                .isInstanceOf(QuestionException.class)
                .hasMessageStartingWith(sentence);
    }

    @Test
    void onlySentencesComeOfGarbage() {
        String printed =
                "cookie=0x1, table=130, n_packets=7, priority=1032,ip,in_port=\"a\",nw_dst=10.128.0.5 actions=drop";
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder(printed);
            for (int edits = 1 + random.nextInt(4); edits > 0; edits--) {
                int at = random.nextInt(text.length());
                if (random.nextBoolean()) {
                    text.deleteCharAt(at);
                } else {
                    text.setCharAt(at, (char) random.nextInt(128));
                }
            }
            try {
                FlowLine line = FlowLine.parse(text.toString());
                assertThat(FlowLine.parse(line.toString())).isEqualTo(line);
                assertThat(line.match(1)).isNotNull();
            } catch (QuestionException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
    }
}
