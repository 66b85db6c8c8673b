package org.karst.benchmarks;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.karst.bench.report.Bar;
import org.karst.bench.report.Figures;
import org.karst.bench.report.Options;
import org.karst.bench.report.Report;
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
    private static final String INSIDE = "karst.bench.inside";
    private static final String NODE = "node";
    private static final int FLOWS = 100_000;
    private static final int ROUNDS = 7;

    private static final Pruning ALL = new Pruning(true, Set.of());

    private OpenFlowBench() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (!Boolean.getBoolean(INSIDE)) {
            System.exit(again(arguments));
        }
        Options.run(arguments, Map.of("--rounds", ROUNDS), "ovs-ofctl", OpenFlowBench::measure);
    }

    /** Starts this program once more in a network namespace of its own. */
    private static int again(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                "unshare",
                "--net",
                "sh",
                "-c",
                "ip link set lo up && exec \"$@\"",
                "sh",
                ProcessHandle.current().info().command().orElseThrow()));
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of(
                "-D" + INSIDE + "=true", "-cp", System.getProperty("java.class.path"), OpenFlowBench.class.getName()));
        command.addAll(List.of(arguments));
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

    private static void measure(Options options, Report report) throws Exception {
        List<FlowItem> items = items();
        List<Change> additions = items.stream().map(Change::added).toList();
        List<Change> removals = items.stream().map(Change::removed).toList();
        AcknowledgedRevisions mailbox = new AcknowledgedRevisions(NODE);
        OpenFlowDriver driver = new OpenFlowDriver(new OpenFlowSettings("127.0.0.1", 0));
        List<Double> load = new ArrayList<>();
        List<Double> peer = new ArrayList<>();
        List<Double> one = new ArrayList<>();
        List<Double> compare = new ArrayList<>();
        try (BenchSwitch real = BenchSwitch.start()) {
            Path file = real.directory().resolve("flows");
            Files.write(file, items.stream().map(item -> item.flow().toString()).toList());
            driver.start(mailbox);
            real.connect(driver.port().toCompletableFuture().get(10, TimeUnit.SECONDS));
            long revision = 1;
            driver.apply(new Batch(revision, List.of(Change.added(new SwitchItem(NODE, BenchSwitch.DATAPATH))), ALL));
            mailbox.await(revision);
            for (int round = 0; round < options.number("--rounds"); round++) {
                long start = System.nanoTime();
                driver.apply(new Batch(++revision, additions, ALL));
                mailbox.await(revision);
                load.add(Figures.secondsSince(start));

                FlowItem single = FlowItem.on(NODE, new Flow(150, round + 1, Match.arp(), List.of()))
                        .with(Cookie.of(9, "one", round));
                start = System.nanoTime();
                driver.apply(new Batch(++revision, List.of(Change.added(single)), ALL));
                mailbox.await(revision);
                one.add(Figures.millisecondsSince(start));

                long mods = driver.statuses().get(NODE).flowMods();
                start = System.nanoTime();
                int different = driver.verify(NODE, false)
                        .toCompletableFuture()
                        .get(60, TimeUnit.SECONDS)
                        .size();
                compare.add(Figures.secondsSince(start));
                if (different > 0 || driver.statuses().get(NODE).flowMods() != mods) {
                    throw new IllegalStateException("a comparison sent flows");
                }

                driver.apply(new Batch(++revision, List.of(Change.removed(single)), ALL));
                driver.apply(new Batch(++revision, removals, ALL));
                mailbox.await(revision);
                real.ofctl("del-flows");
                start = System.nanoTime();
                real.ofctl("--bundle", "add-flows", file.toString());
                peer.add(Figures.secondsSince(start));
                real.ofctl("del-flows");
            }
        } finally {
            driver.stop();
        }
        report.add("encode 100,000 flow-mods", "ms", encode(items));
        report.add(
                "load 100,000 flows to barrier (ovs-ofctl: --bundle)",
                "s",
                Figures.median(load),
                Figures.median(peer),
                Bar.ratioAtMost(1));
        report.add("  the first time", "s", load.get(0), peer.get(0));
        report.add("dump and compare 100,000 flows that are there", "s", Figures.median(compare));
        report.add("one flow more, to its acknowledgement", "ms", Figures.median(one));
    }

    private static double encode(List<FlowItem> items) {
        List<Double> times = new ArrayList<>();
        ByteBuf out = Unpooled.directBuffer(32 << 20);
        for (int round = 0; round < ROUNDS; round++) {
            out.clear();
            long start = System.nanoTime();
            for (FlowItem item : items) {
                RequestEncoder.bundledFlowMod(out, 1, 1, RequestEncoder.FlowCommand.ADD, item.flow(), item.cookie());
            }
            times.add(Figures.millisecondsSince(start));
        }
        out.release();
        return Figures.median(times);
    }
}
