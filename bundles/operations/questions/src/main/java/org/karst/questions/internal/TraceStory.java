package org.karst.questions.internal;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.karst.controller.StageStatus;
import org.karst.pipeline.Abi;
import org.karst.pipeline.Judgement;
import org.karst.pipeline.Origin;
import org.karst.pipeline.Register;
import org.karst.pipeline.Slot;
import org.karst.questions.Trace;
import org.karst.unixctl.PacketTrace;

/**
 * What a switch says of a packet, told slot by slot.
 *
 * @param stages the stages by the numbers of their tables
 * @param ports names of the node's ports, by number
 * @param numbers names of nodes by the numbers that stand for them
 */
public record TraceStory(Map<Integer, StageStatus> stages, Map<Integer, String> ports, Map<Long, String> numbers) {
    private static final Pattern SET = Pattern.compile("set_field:([^-/]+)(?:/([^-]+))?->(\\w+)");
    private static final Set<Slot> POLICY = EnumSet.of(
            Slot.EGRESS_ADMIN,
            Slot.EGRESS_POLICY,
            Slot.EGRESS_BASELINE,
            Slot.INGRESS_ADMIN,
            Slot.INGRESS_POLICY,
            Slot.INGRESS_BASELINE);
    private static final Pattern REGISTER = Pattern.compile("reg\\d+|ct_mark");

    /** The slots where a stage takes the packet, and the one where it ends. */
    List<Trace.Visit> visits(PacketTrace trace, SortedMap<Slot, Judgement> judgements, boolean dropped) {
        List<List<PacketTrace.Step>> bySlot = new ArrayList<>();
        for (PacketTrace.Step step : trace.steps()) {
            List<PacketTrace.Step> last = bySlot.isEmpty() ? List.of() : bySlot.get(bySlot.size() - 1);
            if (last.isEmpty() || !slot(last).equals(Slot.ofTable(step.table()))) {
                bySlot.add(new ArrayList<>());
            }
            bySlot.get(bySlot.size() - 1).add(step);
        }
        List<Trace.Visit> visits = new ArrayList<>();
        for (int i = 0; i < bySlot.size(); i++) {
            boolean end = dropped && i == bySlot.size() - 1;
            List<PacketTrace.Step> steps = bySlot.get(i);
            slot(steps)
                    .filter(slot -> end || steps.stream().anyMatch(step -> step.table() != slot.gate()))
                    .ifPresent(slot -> visits.add(visit(slot, steps, Optional.ofNullable(judgements.get(slot)), end)));
        }
        return visits;
    }

    private static Optional<Slot> slot(List<PacketTrace.Step> steps) {
        return Slot.ofTable(steps.get(0).table());
    }

    private Trace.Visit visit(Slot slot, List<PacketTrace.Step> steps, Optional<Judgement> judgement, boolean dropped) {
        List<String> deeds = new ArrayList<>();
        if (POLICY.contains(slot) && judgement.isEmpty()) {
            deeds.add("not decided here");
        }
        steps.forEach(step -> step.actions().forEach(action -> deed(action).ifPresent(deeds::add)));
        return new Trace.Visit(
                slot,
                steps.stream()
                        .flatMap(step -> Optional.ofNullable(stages.get(step.table())).stream())
                        .map(StageStatus::name)
                        .findFirst()
                        .orElse(""),
                deeds.stream().distinct().toList(),
                judgement.map(Trace.Verdict::of),
                dropped,
                steps.stream()
                        .map(step -> new Trace.Met(
                                step.table(), step.priority(), step.match(), step.cookie(), step.actions()))
                        .toList());
    }

    private Optional<String> deed(String action) {
        if (action.startsWith("ct(commit")) {
            return Optional.of("the connection is remembered");
        }
        if (action.startsWith("ct(")) {
            return Optional.of("a new connection");
        }
        if (action.equals("dec_ttl")) {
            return Optional.of("routed, TTL less one");
        }
        Matcher set = SET.matcher(action);
        if (!set.matches()) {
            return Optional.empty();
        }
        return REGISTER.matcher(set.group(3)).matches()
                ? registers(set.group(3), number(set.group(1)), set.group(2) == null ? -1 : number(set.group(2)))
                : field(set.group(3), set.group(1));
    }

    private static Optional<String> field(String name, String value) {
        return switch (name) {
            case "tun_dst", "tun_ipv6_dst" -> Optional.of("tunnel to " + value);
            case "eth_dst" -> Optional.of("to " + value);
            default -> Optional.empty();
        };
    }

    private Optional<String> registers(String field, long value, long mask) {
        List<String> said = new ArrayList<>();
        for (Register<?> register : Abi.registers()) {
            if (register.range().field().fieldName().equals(field)
                    && (mask & register.range().mask().low())
                            == register.range().mask().low()) {
                long part = (value & register.range().mask().low())
                        >>> register.range().from();
                meaning(register, part).ifPresent(said::add);
            }
        }
        return said.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", said));
    }

    private Optional<String> meaning(Register<?> register, long value) {
        if (register.equals(Abi.ORIGIN)) {
            return Optional.of("from " + origin(value));
        }
        if (register.equals(Abi.OUTPUT_PORT)) {
            return Optional.of("out by port " + ports.getOrDefault((int) value, Long.toString(value)));
        }
        if (register.equals(Abi.REMOTE_NODE)) {
            return value == 0
                    ? Optional.empty()
                    : Optional.of("next hop node " + numbers.getOrDefault(value, Long.toString(value)));
        }
        if (register.equals(Abi.EXEMPT)) {
            return Optional.of("the node itself sent it: exempt from this node's ingress policies");
        }
        return Optional.empty();
    }

    private static String origin(long value) {
        Origin[] origins = Origin.values();
        if (value >= origins.length) {
            return Long.toString(value);
        }
        return switch (origins[(int) value]) {
            case UNKNOWN -> "nowhere that is known";
            case POD -> "a pod";
            case NODE -> "the node";
            case OVERLAY -> "another node";
            case CONTROLLER -> "the controller";
        };
    }

    private static long number(String text) {
        try {
            return Long.decode(text);
        } catch (NumberFormatException wide) {
            return 0;
        }
    }
}
