package org.karst.auditlog;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.karst.incremental.View;
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
import org.karst.pipeline.RuleReference;
import org.karst.pipeline.Subject;
import org.karst.pipeline.World;

/**
 * From the copy of a packet to a record.
 *
 * @param direction whose policies were asked
 * @param verdict what they said in the switch
 */
record AuditAnswer(Direction direction, Verdict verdict) {
    static AuditAnswer of(Direction direction, Verdict verdict) {
        return new AuditAnswer(direction, verdict);
    }

    /** All that flows may ask for. */
    static List<Answer> all() {
        List<Answer> answers = new ArrayList<>();
        for (Direction direction : Direction.values()) {
            for (Verdict verdict : List.of(Verdict.ALLOW, Verdict.DROP)) {
                AuditAnswer answer = of(direction, verdict);
                answers.add(new Answer(answer.name(), answer::record));
            }
        }
        return answers;
    }

    private String name() {
        return "audit-" + direction.name().toLowerCase(Locale.ROOT) + "-" + verdict;
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
        Optional<AttachmentKey> interfaceKey = Subjects.attachment(
                view,
                arrived.node(),
                switch (direction) {
                    case EGRESS -> packet.connection().source();
                    case INGRESS -> packet.connection().destination();
                });
        Optional<Attachment> attachment = interfaceKey.flatMap(key -> view.get(World.ATTACHMENTS, key));
        if (attachment.isEmpty()) {
            return Optional.empty(); // it has gone since
        }
        String namespace = attachment.get().pod().namespace();
        Optional<Judgement> decision = decision(view, new Subject(interfaceKey.get(), direction), packet);
        Optional<RuleReference> rule = decision.flatMap(Judgement::first);
        if (rule.filter(decided -> decided.namespace().isEmpty()).isPresent()) {
            return Optional.empty(); // what a policy of the cluster decides is not the namespace's to log
        }
        return severity(view, namespace)
                .map(severity -> new AuditRecord(
                        arrived.node(),
                        direction,
                        verdict,
                        severity,
                        rule.map(RuleReference::acl).orElse("NP:" + namespace + ":" + RuleReference.word(direction)),
                        rule,
                        false,
                        isFirst(arrived),
                        packet.connection(),
                        Subjects.party(view, packet.connection().source()),
                        Subjects.party(view, packet.connection().destination()),
                        packet.text()));
    }

    /** What judges say that decides as the switch did; policies may have changed since the packet passed. */
    private Optional<Judgement> decision(View view, Subject subject, Packet packet) {
        Outcome said =
                switch (verdict) {
                    case ALLOW -> Outcome.ALLOW;
                    case DROP -> Outcome.DENY;
                    case PASS -> Outcome.PASS;
                };
        return Judge.ask(view, subject, packet.connection()).values().stream()
                .filter(judgement -> judgement.outcome() == said)
                .findFirst();
    }

    private Optional<Severity> severity(View view, String namespace) {
        Logging logging = Subjects.of(view, namespace);
        return switch (verdict) {
            case ALLOW -> logging.allow();
            case DROP -> logging.deny();
            case PASS -> Optional.empty();
        };
    }

    /** COMMIT writes the origin of each connection that it remembers. */
    private static boolean isFirst(PacketIn packet) {
        Bits mark = packet.match().value(Field.CT_MARK);
        return mark.and(Abi.MARK_ORIGIN.range().mask()).isZero();
    }
}
