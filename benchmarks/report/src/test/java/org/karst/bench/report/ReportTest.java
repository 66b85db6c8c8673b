package org.karst.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportTest {
    private final Report report = new Report("tool");

    private String table() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        report.print(new PrintStream(bytes, true, StandardCharsets.UTF_8), false);
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aDocumentHasARowForEachFigure() {
        report.add("load", "s", 0.5, 1, Bar.ratioAtMost(0.5));
        report.add("  \"heap\" \\ \t", "MB", 100, Bar.below(100));
        report.add("edits", "", 300);
        assertThat(report.json())
                .isEqualTo(
                        "{\"rows\":["
                                + "{\"what\":\"load\",\"unit\":\"s\",\"karst\":0.500,\"peer\":1,\"ratio\":0.500,\"bar\":\"ratio <= 0.500\",\"met\":true},"
                                + "{\"what\":\"\\\"heap\\\" \\\\\",\"unit\":\"MB\",\"karst\":100,\"peer\":null,\"ratio\":null,\"bar\":\"< 100\",\"met\":false},"
                                + "{\"what\":\"edits\",\"unit\":\"\",\"karst\":300,\"peer\":null,\"ratio\":null,\"bar\":null,\"met\":null}]}");
    }

    @Test
    void oneBarThatIsNotTakenIsEnough() {
        assertThat(report.met()).isTrue();
        report.add("left over", "", 0, Bar.exactly(0));
        report.add("without a bar", "", 1e9);
        assertThat(report.met()).isTrue();
        report.add("packets", "", 999, Bar.atLeast(1000));
        assertThat(report.met()).isFalse();
    }

    @Test
    void aTableHasAllColumnsInOneWidth() {
        report.add("fifty at once", "ms", 250, 500, Bar.ratioAtMost(0.25));
        report.add("x", "", 1);
        assertThat(table().lines())
                .containsExactly(
                        "what          unit        karst        tool   ratio  bar          met",
                        "fifty at once ms            250         500   0.500  ratio <= 0.250 NO",
                        "x                             1");
    }

    @Test
    void whatWasNotMeasuredIsNoRow() {
        assertThatThrownBy(() -> report.add("x", "s", Double.NaN)).hasMessage("x was not measured: NaN");
        assertThatThrownBy(() -> report.add("x", "s", 1, 0)).hasMessage("x: nothing can be compared with 0.0");
        assertThatThrownBy(() -> report.add("x", "s", 1, Bar.ratioAtMost(1)))
                .hasMessage("x: a bar for a ratio needs a peer");
        assertThatThrownBy(() -> Figures.median(List.of())).hasMessage("nothing was measured");
    }

    @Test
    void percentilesAreMeasurements() {
        List<Integer> measurements = List.of(5, 1, 4, 2, 3);
        assertThat(Figures.median(measurements)).isEqualTo(3);
        assertThat(Figures.percentile(measurements, 0)).isEqualTo(1);
        assertThat(Figures.percentile(measurements, 99)).isEqualTo(5);
        assertThat(Figures.percentile(measurements, 100)).isEqualTo(5);
    }

    @Test
    void optionsAreReadOrRefusedInASentence() {
        Map<String, Integer> defaults = Map.of("--rounds", 5, "--pods", 50);
        Options options = Options.parse(new String[] {"--pods", "7", "--json"}, defaults);
        assertThat(options.json()).isTrue();
        assertThat(options.number("--pods")).isEqualTo(7);
        assertThat(options.number("--rounds")).isEqualTo(5);
        assertThatThrownBy(() -> Options.parse(new String[] {"--pods", "0"}, defaults))
                .hasMessage("--pods takes a number from 1, not '0'");
        assertThatThrownBy(() -> Options.parse(new String[] {"--fast"}, defaults))
                .hasMessage("what is '--fast'? This benchmark takes --json, --pods N, --rounds N");
    }

    @Test
    void theExitStatusTellsHowItWent() {
        List<String> complaints = new ArrayList<>();
        assertThat(Options.run(new String[] {"x"}, Map.of(), "", (options, rows) -> {}, complaints::add))
                .isEqualTo(2);
        assertThat(Options.run(
                        new String[] {},
                        Map.of(),
                        "",
                        (options, rows) -> {
                            throw new IOException("no switch");
                        },
                        complaints::add))
                .isEqualTo(1);
        assertThat(complaints)
                .containsExactly(
                        "karst: what is 'x'? This benchmark takes --json", "karst: the benchmark failed: no switch");
        assertThat(Options.run(
                        new String[] {},
                        Map.of(),
                        "",
                        (options, rows) -> rows.add("left over", "", 1, Bar.exactly(0)),
                        complaints::add))
                .isEqualTo(1);
        assertThat(Options.run(
                        new String[] {},
                        Map.of(),
                        "",
                        (options, rows) -> rows.add("left over", "", 0, Bar.exactly(0)),
                        complaints::add))
                .isZero();
    }

    @Test
    void theIntervalOfAMedianIsMadeOfMeasurements() {
        // the ranks that tables of the sign test give for 95 %
        assertThat(Figures.medianInterval(upTo(6))).isEqualTo(new Figures.Interval(1, 6));
        assertThat(Figures.medianInterval(upTo(15))).isEqualTo(new Figures.Interval(4, 12));
        assertThat(Figures.medianInterval(upTo(21))).isEqualTo(new Figures.Interval(6, 16));
        assertThat(Figures.medianInterval(upTo(100))).isEqualTo(new Figures.Interval(40, 61));
        assertThatThrownBy(() -> Figures.medianInterval(upTo(5)))
                .hasMessage("an interval of a median takes at least 6 measurements, not 5");
    }

    private static List<Integer> upTo(int last) {
        List<Integer> numbers = new ArrayList<>();
        for (int i = last; i > 0; i--) {
            numbers.add(i);
        }
        return numbers;
    }
}
