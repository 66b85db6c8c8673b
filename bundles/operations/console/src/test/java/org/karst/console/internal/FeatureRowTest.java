package org.karst.console.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.karst.controller.StageStatus;
import org.karst.pipeline.Slot;
import org.karst.questions.Slots;

class FeatureRowTest {
    private static Slots.Row slot(Slot slot, String feature, StageStatus.State state, int flows) {
        return new Slots.Row(
                slot,
                slot.gate(),
                slot.otherwise(),
                List.of(new Slots.StageRow(feature + "-stage", feature, "ip", state, List.of(), flows)),
                flows);
    }

    @Test
    void everyFeatureHasAState() {
        Slots slots = new Slots(
                1,
                List.of(
                        slot(Slot.INTAKE, "connectivity", StageStatus.State.BOUND, 3),
                        slot(Slot.EGRESS_POLICY, "network-policy", StageStatus.State.FROZEN, 5),
                        slot(Slot.ROUTING, "connectivity", StageStatus.State.BOUND, 4),
                        slot(Slot.AUDIT, "audit-log", StageStatus.State.DEPARTED, 1)));
        List<Installable> known = List.of(
                new Installable("connectivity", "talk", "1", true),
                new Installable("ipv6", "six", "1", true),
                new Installable("allocation", "subnets", "1", false));
        List<FeatureRow> rows = FeatureRow.of(known, List.of("connectivity", "port-block"), slots);
        assertThat(rows)
                .extracting(FeatureRow::name, FeatureRow::state, FeatureRow::flows)
                .containsExactly(
                        tuple("allocation", FeatureRow.State.AVAILABLE, 0),
                        tuple("audit-log", FeatureRow.State.LEAVING, 1),
                        tuple("connectivity", FeatureRow.State.RUNNING, 7),
                        tuple("ipv6", FeatureRow.State.INSTALLED, 0),
                        tuple("network-policy", FeatureRow.State.GUARDING, 5),
                        tuple("port-block", FeatureRow.State.RUNNING, 0));
        assertThat(rows.get(2).stages()).extracting(FeatureRow.StageAt::slot).containsExactly("INTAKE", "ROUTING");
    }
}
