package org.karst.openflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.karst.incremental.Change;
import org.karst.pipeline.Action;
import org.karst.pipeline.Batch;
import org.karst.pipeline.Bits;
import org.karst.pipeline.Cookie;
import org.karst.pipeline.Field;
import org.karst.pipeline.FieldRange;
import org.karst.pipeline.Flow;
import org.karst.pipeline.FlowItem;
import org.karst.pipeline.Match;
import org.karst.pipeline.Meter;
import org.karst.pipeline.Prerequisite;
import org.karst.pipeline.Pruning;
import org.karst.pipeline.SwitchItem;

/** What a real switch says it holds equals what it was told: by our codec, and by ovs-ofctl from the text of the flow. */
@Tag("root")
final class RoundTripTest {
    private static final String NODE = "node-1";
    private static final long DATAPATH = 0x4b02;
    private static final Pruning ALL = new Pruning(true, Set.of());

    /** Geneve options need a map first; the others a switch keeps for itself. */
    private static final Set<Field> NOT_MATCHED = not();

    /** Open vSwitch (3.1, lib/match.c) takes their value for their mask. */
    private static final Set<Field> MATCHED_IN_PART = EnumSet.range(Field.TUN_ERSPAN_VER, Field.TUN_GTPU_MSGTYPE);

    private static Set<Field> not() {
        Set<Field> fields = EnumSet.range(Field.TUN_METADATA0, Field.TUN_METADATA63);
        fields.add(Field.DP_HASH);
        fields.add(Field.RECIRC_ID);
        return fields;
    }

    private final RecordingMailbox mailbox = new RecordingMailbox();
    private final OpenFlowDriver driver = new OpenFlowDriver(new OpenFlowSettings("127.0.0.1", 0));
    private final Flows flows = new Flows(7);
    private RealSwitch real;

    @BeforeEach
    void start() throws Exception {
        real = RealSwitch.start(DATAPATH);
        driver.start(mailbox);
        real.connect(driver.port().toCompletableFuture().get(60, TimeUnit.SECONDS));
    }

    @AfterEach
    void stop() throws Exception {
        try {
            driver.stop();
        } finally {
            if (real != null) {
                real.close();
            }
        }
    }

    private List<InstalledFlow> dump() throws Exception {
        return driver.dump(NODE).toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    private Set<String> held() throws Exception {
        Set<String> texts = new TreeSet<>();
        for (InstalledFlow flow : dump()) {
            texts.add(flow.flow()
                    .map(Flow::toString)
                    .orElse("? in table " + flow.table() + " priority " + flow.priority() + " " + flow.match()));
        }
        return texts;
    }

    private void check(Set<Flow> wanted) throws Exception {
        List<Change> changes = new ArrayList<>();
        changes.add(Change.added(new SwitchItem(NODE, DATAPATH)));
        changes.add(Change.added(new Meter(NODE, 1, 1_000, 100)));
        Set<String> texts = new TreeSet<>();
        for (Flow flow : wanted) {
            changes.add(Change.added(FlowItem.on(NODE, flow).with(Cookie.of(1, "rule", flow))));
            texts.add(flow.toString());
        }
        driver.apply(new Batch(1, changes, ALL));
        mailbox.awaitAcknowledged(NODE, 1);
        assertThat(held()).as("what our codec sent").isEqualTo(texts);

        assertThat(driver.verify(NODE, false).toCompletableFuture().get(60, TimeUnit.SECONDS))
                .isEmpty();
        assertThat(driver.statuses().get(NODE).flowMods())
                .as("flow-mods after a comparison")
                .isEqualTo(wanted.size());

        real.ofctl("del-flows");
        Path file = real.directory().resolve("flows");
        Files.write(file, texts);
        real.ofctl("add-flows", file.toString());
        assertThat(held()).as("what ovs-ofctl sent").isEqualTo(texts);
    }

    @Test
    void everyFieldMatches() throws Exception {
        Set<Flow> wanted = new LinkedHashSet<>();
        for (Field field : Field.values()) {
            if (NOT_MATCHED.contains(field) || MATCHED_IN_PART.contains(field) || field == Field.VLAN_TCI) {
                continue;
            }
            wanted.add(new Flow(1, field.ordinal(), flows.exact(field), List.of()));
            if (field.maskable()) {
                wanted.add(new Flow(2, field.ordinal(), flows.masked(field), List.of()));
            }
        }
        check(wanted);
    }

    @Test
    void everyFieldIsSet() throws Exception {
        Set<Flow> wanted = new LinkedHashSet<>();
        for (Field field : Field.values()) {
            if (NOT_MATCHED.contains(field) || !field.writable()) {
                continue;
            }
            Match match = Flows.base(field == Field.VLAN_VID ? Prerequisite.VLAN : field.prerequisite());
            boolean conntrack = field == Field.CT_MARK || field == Field.CT_LABEL;
            Action whole = flows.set(field.whole());
            Action part = flows.set(flows.range(field));
            if (conntrack) {
                whole = new Action.Ct(true, Field.REG1.range(16, 31), java.util.Optional.empty(), List.of(whole, part));
                match = Match.ip();
            }
            wanted.add(new Flow(3, field.ordinal(), match, List.of(whole)));
            if (field.maskable() && !conntrack && field != Field.VLAN_VID) {
                wanted.add(new Flow(4, field.ordinal(), match, List.of(part)));
            }
        }
        check(wanted);
    }

    /** Open vSwitch tells the fields of these actions by their older names. */
    @Test
    void everyFieldIsPushedAndPoppedAndCopied() throws Exception {
        Set<Field> outside = EnumSet.of(Field.VLAN_TCI, Field.VLAN_VID, Field.IN_PORT_OXM);
        Set<Field> written = EnumSet.of(Field.CT_MARK, Field.CT_LABEL, Field.XXREG3, Field.XREG7);
        Set<Flow> wanted = new LinkedHashSet<>();
        for (Field field : Field.values()) {
            if (NOT_MATCHED.contains(field) || outside.contains(field)) {
                continue;
            }
            Match match = Flows.base(field.prerequisite());
            wanted.add(new Flow(5, field.ordinal(), match, List.of(new Action.Push(field.whole()))));
            if (field.writable()) {
                wanted.add(new Flow(
                        6,
                        field.ordinal(),
                        match,
                        List.of(new Action.Push(field.whole()), new Action.Pop(field.whole()))));
            }
            FieldRange register = (field.bits() > 64 ? Field.XXREG3 : Field.XREG7).range(0, field.bits() - 1);
            if (field.writable() && !written.contains(field)) {
                wanted.add(new Flow(7, field.ordinal(), match, List.of(new Action.Move(register, field.whole()))));
            }
        }
        check(wanted);
    }

    @Test
    void anyFlows() throws Exception {
        Set<Flow> wanted = new LinkedHashSet<>();
        Set<FlowItem.Identity> identities = new LinkedHashSet<>();
        for (int i = 0; i < 2_500; i++) {
            Flow flow = flows.any();
            if (identities.add(FlowItem.on(NODE, flow).identity())) {
                wanted.add(flow);
            }
        }
        for (int port : new int[] {1, 0xfeff, 0xfff8, 0xfffa, 0xfffb, 0xfffc, 0xfffe}) {
            Match match = Match.all().and(Field.IN_PORT, port == 0xfffa ? 0xfffd : port);
            wanted.add(new Flow(5, port, match, List.of(new Action.Output(port))));
        }
        wanted.add(new Flow(
                6,
                2,
                Match.ip(),
                List.of(new Action.Conjunction(0xfffeffffL, 1, 2), new Action.Conjunction(256, 64, 64))));
        wanted.add(new Flow(
                6,
                1,
                Match.all(),
                List.of(new Action.SetField(Field.IN_PORT.whole(), Bits.ZERO), Action.Output.IN_PORT)));
        check(wanted);
    }
}
