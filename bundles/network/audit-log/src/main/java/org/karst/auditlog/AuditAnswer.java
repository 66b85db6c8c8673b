package org.karst.auditlog;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import org.karst.incremental.View;
import org.karst.model.Ip;
import org.karst.pipeline.Abi;
import org.karst.pipeline.Action;
import org.karst.pipeline.Answer;
import org.karst.pipeline.Attachment;
import org.karst.pipeline.AttachmentKey;
import org.karst.pipeline.AuditRecord;
import org.karst.pipeline.AuditRecord.Severity;
import org.karst.pipeline.AuditRecord.Verdict;
import org.karst.pipeline.Bits;
import org.karst.pipeline.Direction;
import org.karst.pipeline.Field;
import org.karst.pipeline.Judge;
import org.karst.pipeline.Judgement;
import org.karst.pipeline.Judgement.Outcome;
import org.karst.pipeline.PacketIn;
import org.karst.pipeline.Rehearsal;
import org.karst.pipeline.RuleReference;
import org.karst.pipeline.Slot;
import org.karst.pipeline.Subject;
import org.karst.pipeline.World;

/**
 * From the copy of a packet to a record.
 *
 * @param direction whose policies were asked
 * @param said what they said in the switch; empty if they were not asked: of a subject in dry run
 */
record AuditAnswer(Direction direction, Optional<Verdict> said) {
    static AuditAnswer of(Direction direction, Verdict verdict) {
        return new AuditAnswer(direction, Optional.of(verdict));
    }

    static AuditAnswer rehearsing(Direction direction) {
        return new AuditAnswer(direction, Optional.empty());
    }

    /** All that flows may ask for. */
    static List<Answer> all() {
        List<Answer> answers = new ArrayList<>();
        for (Direction direction : Direction.values()) {
            for (AuditAnswer answer :
                    List.of(of(direction, Verdict.ALLOW), of(direction, Verdict.DROP), rehearsing(direction))) {
                answers.add(new Answer(answer.name(), answer::record));
            }
        }
        return answers;
    }

    private String name() {
        return "audit-" + direction.name().toLowerCase(Locale.ROOT) + "-"
                + said.map(Verdict::toString).orElse("dry-run");
    }

    /** The action that sends a copy. */
    Action ask(int meter) {
        return Answer.ask(name(), meter);
    }

    private List<AuditRecord> record(View view, PacketIn arrived) {
        return Packet.read(arrived.frame())
                .map(packet -> record(view, arrived, packet))
                .orElse(List.of());
    }

    private List<AuditRecord> record(View view, PacketIn arrived, Packet packet) {
        Ip address =
                switch (direction) {
                    case EGRESS -> packet.connection().source();
                    case INGRESS -> packet.connection().destination();
                };
        Optional<AttachmentKey> key = Subjects.attachment(view, arrived.node(), address);
        Optional<Attachment> attachment = key.flatMap(found -> view.get(World.ATTACHMENTS, found));
        if (attachment.isEmpty()) {
            return List.of(); // it has gone since
        }
        String namespace = attachment.get().pod().namespace();
        Subject subject = new Subject(key.get(), direction);
        List<AuditRecord> records = new ArrayList<>();
        for (Decision made :
                said.isPresent() ? decided(view, subject, packet, said.get()) : rehearsed(view, subject, packet)) {
            severity(view, namespace, made)
                    .ifPresent(severity -> records.add(new AuditRecord(
                            arrived.node(),
                            direction,
                            made.verdict(),
                            severity,
                            made.rule()
                                    .map(RuleReference::acl)
                                    .orElse("NP:" + namespace + ":" + RuleReference.word(direction)),
                            made.rule(),
                            made.dryRun(),
                            isFirst(arrived),
                            packet.connection(),
                            Subjects.party(view, packet.connection().source()),
                            Subjects.party(view, packet.connection().destination()),
                            packet.text())));
        }
        return records;
    }

    /**
     * A verdict and the rule that is the reason.
     *
     * @param slot where it was decided; empty if no rule is known that decides so
     */
    private record Decision(Verdict verdict, Optional<Slot> slot, Optional<RuleReference> rule, boolean dryRun) {}

    /**
     * Who wants to know: the policy itself if it is one of the cluster, else the namespace. A dry run is wanted by who made it: it is told
     * even where both have logging off.
     */
    private static Optional<Severity> severity(View view, String namespace, Decision made) {
        Optional<Severity> severity = made.slot()
                .flatMap(slot -> made.rule().flatMap(rule -> Judge.logging(view, slot, rule)))
                .orElseGet(() -> Subjects.of(view, namespace))
                .of(made.verdict());
        return made.dryRun() ? Optional.of(severity.orElse(Severity.NOTICE)) : severity;
    }

    /** What the switch decided, with the rules if the judges decide so too; policies may have changed since. */
    private static List<Decision> decided(View view, Subject subject, Packet packet, Verdict verdict) {
        SortedMap<Slot, Judgement> judgements = Judge.ask(view, subject, packet.connection());
        if (verdict(judgements.values()) != verdict) {
            return List.of(new Decision(verdict, Optional.empty(), Optional.empty(), false));
        }
        List<Decision> decisions = new ArrayList<>();
        judgements.forEach((slot, judgement) -> {
            Optional<Verdict> said = judgement.outcome().verdict();
            if (judgement.outcome().isFinal() || judgement.first().isPresent()) {
                said.ifPresent(of -> decisions.add(new Decision(of, Optional.of(slot), judgement.first(), false)));
            }
        });
        return decisions;
    }

    /** What would be decided, if it is not what is decided. */
    private static List<Decision> rehearsed(View view, Subject subject, Packet packet) {
        SortedMap<Slot, Judgement> would = Rehearsal.ask(view, subject, packet.connection());
        SortedMap<Slot, Judgement> is = Judge.ask(view, subject, packet.connection());
        Verdict verdict = verdict(would.values());
        if (verdict == verdict(is.values())) {
            return List.of();
        }
        // Who decides, or if nobody does any more, who passes what is denied now.
        Optional<Slot> slot = would.keySet().stream()
                .filter(each -> would.get(each).outcome().isFinal())
                .findFirst()
                .or(() -> would.keySet().stream()
                        .filter(each -> !would.get(each).equals(is.get(each)))
                        .findFirst());
        return List.of(
                new Decision(verdict, slot, slot.flatMap(each -> would.get(each).first()), true));
    }

    private static Verdict verdict(Collection<Judgement> judgements) {
        return judgements.stream().anyMatch(judgement -> judgement.outcome() == Outcome.DENY)
                ? Verdict.DROP
                : Verdict.ALLOW;
    }

    /** COMMIT writes the origin of each connection that it remembers. */
    private static boolean isFirst(PacketIn packet) {
        Bits mark = packet.match().value(Field.CT_MARK);
        return mark.and(Abi.MARK_ORIGIN.range().mask()).isZero();
    }
}
