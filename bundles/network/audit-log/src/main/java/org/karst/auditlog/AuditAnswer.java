package org.karst.auditlog;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
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
                .flatMap(packet -> record(view, arrived, packet))
                .map(List::of)
                .orElse(List.of());
    }

    private Optional<AuditRecord> record(View view, PacketIn arrived, Packet packet) {
        Ip address =
                switch (direction) {
                    case EGRESS -> packet.connection().source();
                    case INGRESS -> packet.connection().destination();
                };
        Optional<AttachmentKey> key = Subjects.attachment(view, arrived.node(), address);
        Optional<Attachment> attachment = key.flatMap(found -> view.get(World.ATTACHMENTS, found));
        if (attachment.isEmpty()) {
            return Optional.empty(); // it has gone since
        }
        String namespace = attachment.get().pod().namespace();
        Subject subject = new Subject(key.get(), direction);
        Optional<Decision> decision =
                said.isPresent() ? decided(view, subject, packet, said.get()) : rehearsed(view, subject, packet);
        return decision.flatMap(made -> made.severity(Subjects.of(view, namespace))
                .map(severity -> new AuditRecord(
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

    /** A verdict and the rule that is the reason. */
    private record Decision(Verdict verdict, Optional<RuleReference> rule, boolean dryRun) {
        /** A dry run is wanted by who made it: it is told even where the namespace has logging off. */
        Optional<Severity> severity(Logging logging) {
            Optional<Severity> severity = logging.of(verdict);
            return dryRun ? Optional.of(severity.orElse(Severity.NOTICE)) : severity;
        }
    }

    /** What the switch decided, with the rule if the judges decide so too; policies may have changed since. */
    private static Optional<Decision> decided(View view, Subject subject, Packet packet, Verdict verdict) {
        Optional<RuleReference> rule = Judge.ask(view, subject, packet.connection()).values().stream()
                .filter(judgement -> judgement.outcome() == (verdict == Verdict.ALLOW ? Outcome.ALLOW : Outcome.DENY))
                .findFirst()
                .flatMap(Judgement::first);
        // What a policy of the cluster decides is not the namespace's to log.
        return rule.filter(found -> found.namespace().isEmpty()).isPresent()
                ? Optional.empty()
                : Optional.of(new Decision(verdict, rule, false));
    }

    /** What would be decided, if it is not what is decided. */
    private static Optional<Decision> rehearsed(View view, Subject subject, Packet packet) {
        Collection<Judgement> would =
                Rehearsal.ask(view, subject, packet.connection()).values();
        Verdict verdict = verdict(would);
        if (verdict == verdict(Judge.ask(view, subject, packet.connection()).values())) {
            return Optional.empty();
        }
        Optional<RuleReference> rule = would.stream()
                .filter(judgement -> judgement.outcome().isFinal())
                .findFirst()
                .flatMap(Judgement::first);
        return Optional.of(new Decision(verdict, rule, true));
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
