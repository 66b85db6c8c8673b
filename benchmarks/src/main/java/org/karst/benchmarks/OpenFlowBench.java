package org.karst.benchmarks;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.karst.incremental.Change;
import org.karst.openflow.OpenFlowDriver;
import org.karst.openflow.OpenFlowSettings;
import org.karst.openflow.internal.codec.RequestEncoder;
import org.karst.pipeline.Action;
import org.karst.pipeline.Batch;
import org.karst.pipeline.Bits;
import org.karst.pipeline.Cookie;
import org.karst.pipeline.Field;
import org.karst.pipeline.Flow;
import org.karst.pipeline.FlowItem;
import org.karst.pipeline.Match;
import org.karst.pipeline.Pruning;
import org.karst.pipeline.SwitchItem;

/**
 * 100,000 flows into a real switch: by the driver until it acknowledges, and by {@code ovs-ofctl --bundle add-flows} in the
 * same run. The switch has the dummy datapath; everything is in a network namespace of its own.
 */
public final class OpenFlowBench {
    private static final String INSIDE = "--inside";
    private static final String NODE = "node";
    private static final int FLOWS = 100_000;
    private static final int ROUNDS = 3;
    /** The peer sends one bundle; the driver many, so that newer changes get in between. */
    private static final double PRICE_OF_SMALL_BUNDLES = 1.5;

    private static final Pruning ALL = new Pruning(true, Set.of());

    private OpenFlowBench() {}

    public static void main(String[] arguments) throws Exception {
        List<String> options = List.of(arguments);
        if (!options.contains(INSIDE)) {
            System.exit(again(options));
        }
        Report report = new Report();
        measure(report);
        report.print(System.out, options.contains("--json"));
        System.exit(report.met() ? 0 : 1);
    }

    /** Starts this program once more in a namespace of its own. */
    private static int again(List<String> options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                "unshare",
                "--net",
                "sh",
                "-c",
                "ip link set lo up && exec \"$@\"",
                "sh",
                ProcessHandle.current().info().command().orElseThrow(),
                "-Xmx2g",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                OpenFlowBench.class.getName(),
                INSIDE));
        command.addAll(options);
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }

    private static List<FlowItem> items() {
        List<FlowItem> items = new ArrayList<>();
        for (int i = 0; i < FLOWS; i++) {
            Flow flow = new Flow(
                    8 + i % 100,
                    100 + i % 7,
                    Match.ip().and(Field.REG1, i & 0xff).and(Field.NW_DST, 0x0a80_0000L + i),
                    List.of(
                            new Action.SetField(Field.REG2.range(0, 15), Bits.of(i & 0xffff)),
                            new Action.Move(Field.REG3.whole(), Field.REG4.whole()),
                            new Action.Goto(200)));
            items.add(FlowItem.on(NODE, flow).with(Cookie.of(9, "rule", i)));
        }
        return items;
    }

    private static void measure(Report report) throws Exception {
        List<FlowItem> items = items();
        List<Change> additions = items.stream().map(Change::added).toList();
        List<Change> removals = items.stream().map(Change::removed).toList();
        AcknowledgedRevisions mailbox = new AcknowledgedRevisions(NODE);
        OpenFlowDriver driver = new OpenFlowDriver(new OpenFlowSettings("127.0.0.1", 0));
        double[] load = new double[ROUNDS];
        double[] peer = new double[ROUNDS];
        double[] one = new double[ROUNDS];
        double[] compare = new double[ROUNDS];
        try (BenchSwitch real = BenchSwitch.start()) {
            Path file = real.directory().resolve("flows");
            Files.write(file, items.stream().map(item -> item.flow().toString()).toList());
            driver.start(mailbox);
            real.connect(driver.port().toCompletableFuture().get(10, TimeUnit.SECONDS));
            long revision = 1;
            driver.apply(new Batch(revision, List.of(Change.added(new SwitchItem(NODE, BenchSwitch.DATAPATH))), ALL));
            mailbox.await(revision);
            for (int round = 0; round < ROUNDS; round++) {
                long start = System.nanoTime();
                driver.apply(new Batch(++revision, additions, ALL));
                mailbox.await(revision);
                load[round] = seconds(start);

                FlowItem single = FlowItem.on(NODE, new Flow(150, round + 1, Match.arp(), List.of()))
                        .with(Cookie.of(9, "one", round));
                start = System.nanoTime();
                driver.apply(new Batch(++revision, List.of(Change.added(single)), ALL));
                mailbox.await(revision);
                one[round] = 1e3 * seconds(start);

                long mods = driver.statuses().get(NODE).flowMods();
                start = System.nanoTime();
                driver.verify(NODE);
                driver.apply(new Batch(++revision, List.of(), ALL));
                mailbox.await(revision);
                compare[round] = seconds(start);
                if (driver.statuses().get(NODE).flowMods() != mods) {
                    throw new IllegalStateException("a comparison sent flows");
                }

                driver.apply(new Batch(++revision, List.of(Change.removed(single)), ALL));
                driver.apply(new Batch(++revision, removals, ALL));
                mailbox.await(revision);
                real.ofctl("del-flows");
                start = System.nanoTime();
                real.ofctl("--bundle", "add-flows", file.toString());
                peer[round] = seconds(start);
                real.ofctl("del-flows");
            }
        } finally {
            driver.stop();
        }
        report.add("encode 100,000 flow-mods", "ms", encode(items));
        report.add(
                "load 100,000 flows to barrier; ovs-ofctl --bundle",
                "s",
                median(load),
                median(peer),
                PRICE_OF_SMALL_BUNDLES);
        report.add("dump and compare 100,000 flows that are there", "s", median(compare));
        report.add("one flow more, to its acknowledgement", "ms", median(one));
    }

    private static double encode(List<FlowItem> items) {
        double[] times = new double[5];
        ByteBuf out = Unpooled.directBuffer(32 << 20);
        for (int round = 0; round < times.length; round++) {
            out.clear();
            long start = System.nanoTime();
            for (FlowItem item : items) {
                RequestEncoder.bundledFlowMod(out, 1, 1, RequestEncoder.FlowCommand.ADD, item.flow(), item.cookie());
            }
            times[round] = 1e3 * seconds(start);
        }
        out.release();
        return median(times);
    }

    private static double seconds(long start) {
        return (System.nanoTime() - start) / 1e9;
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
