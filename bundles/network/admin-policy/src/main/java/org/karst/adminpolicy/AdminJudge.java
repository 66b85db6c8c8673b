package org.karst.adminpolicy;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.karst.incremental.View;
import org.karst.model.Ip;
import org.karst.model.PodKey;
import org.karst.network.policy.Group;
import org.karst.network.policy.PeerSet;
import org.karst.network.policy.PolicySlot;
import org.karst.network.policy.PortName;
import org.karst.network.policy.PortSet;
import org.karst.pipeline.Attachment;
import org.karst.pipeline.AttachmentKey;
import org.karst.pipeline.Connection;
import org.karst.pipeline.Direction;
import org.karst.pipeline.Judge;
import org.karst.pipeline.Judgement;
import org.karst.pipeline.Judgement.Outcome;
import org.karst.pipeline.RuleReference;
import org.karst.pipeline.World;

/** What the flows of {@link AdminStage} decide, said of one connection with the rule that is the reason. */
final class AdminJudge {
    private final Lane lane;
    private final PolicySlot slot;

    AdminJudge(Lane lane) {
        this.lane = lane;
        slot = lane.slot();
    }

    Judge judge() {
        return new Judge(slot.slot(), lane.direction(), this::judge);
    }

    private Judgement judge(View view, AttachmentKey subject, Connection connection) {
        Optional<Attachment> attachment = view.get(World.ATTACHMENTS, subject);
        if (attachment.isEmpty()) {
            return Judgement.notSubject("no interface " + subject + " is attached");
        }
        if (!AdminPolicies.PODS.known(view)) {
            return Judgement.notSubject("pods and policies have not all been listed yet");
        }
        PodKey pod = attachment.get().pod();
        Optional<Group> group = AdminPolicies.PODS.group(view, pod);
        List<AdminPolicies.Ruling> rulings =
                group.map(of -> AdminPolicies.rulings(view, lane, of)).orElse(List.of());
        if (group.isPresent() ? rulings.isEmpty() : !view.get(AdminPolicies.IN_USE, lane)) {
            return Judgement.notSubject("no cluster policy of this tier is about " + pod + " in this direction");
        }
        Optional<String> exempt = slot.exempt(view, subject, attachment.get(), connection);
        if (exempt.isPresent()) {
            return Judgement.exempt(exempt.get());
        }
        if (group.isEmpty()) {
            return Judgement.denied(
                    List.of(), "the labels of " + pod + " are not known: there is no such pod, or it has finished");
        }
        return rulings.stream()
                .filter(ruling -> isAbout(view, ruling.rule(), group.get(), connection))
                .findFirst()
                .map(this::judgement)
                .orElseGet(() -> new Judgement(
                        Outcome.PASS, List.of(), "no rule of the cluster policies about " + pod + " is about it"));
    }

    private Judgement judgement(AdminPolicies.Ruling ruling) {
        Outcome outcome =
                switch (ruling.rule().decision()) {
                    case ACCEPT -> Outcome.ALLOW;
                    case DENY -> Outcome.DENY;
                    case PASS -> Outcome.PASS;
                };
        Precedence policy = ruling.policy();
        int index = ruling.rule().index();
        return new Judgement(
                outcome,
                List.of(new RuleReference(
                        policy.priority(),
                        policy.kind().kindName(),
                        "",
                        policy.name(),
                        lane.direction(),
                        OptionalInt.of(index),
                        policy.kind().acl() + ":" + policy.name() + ":" + RuleReference.word(lane.direction()) + ":"
                                + index)),
                "");
    }

    private boolean isAbout(View view, AdminRule rule, Group group, Connection connection) {
        Ip peer = connection.peer(lane.direction());
        PortSet ports =
                switch (lane.direction()) {
                    case EGRESS -> rule.ports().numbered();
                    case INGRESS -> rule.ports().resolved(group.ports());
                };
        if (ports.contains(connection)) {
            return hasPeer(view, rule.peers(), peer);
        }
        if (lane.direction() == Direction.INGRESS || !connection.hasPorts()) {
            return false;
        }
        SortedSet<PortName> names = rule.ports().names().stream()
                .filter(name -> name.protocol().number() == connection.protocol())
                .collect(Collectors.toCollection(TreeSet::new));
        return AdminPolicies.PEERS.hasNamed(view, rule.peers(), peer, names, connection.destinationPort());
    }

    private static boolean hasPeer(View view, PeerSet peers, Ip address) {
        if (peers.isAll() || peers.peers().stream().anyMatch(peer -> peer.hasAddress(address))) {
            return true;
        }
        return AdminPolicies.PEERS
                .nodeOf(view, address)
                .map(node -> AdminPolicies.PEERS.labelledNodes(view, peers).contains(node))
                .orElseGet(() -> AdminPolicies.PEERS.hasAddress(view, peers, address));
    }
}
