package org.karst.connectivity;

import java.util.ArrayList;
import java.util.List;
import org.karst.incremental.Rule;
import org.karst.model.Family;
import org.karst.network.family.PathMtu;
import org.karst.network.family.Routing;
import org.karst.network.family.SourceGuard;
import org.karst.pipeline.Feature;
import org.karst.pipeline.Match;
import org.karst.pipeline.Slot;
import org.karst.pipeline.Stage;
import org.karst.pipeline.TableRef;
import org.osgi.service.component.annotations.Component;

/** The feature: pods and nodes reach each other by IPv4. */
@Component(service = Feature.class)
public final class Connectivity implements Feature {
    private static final TableRef GUARD = new TableRef(Slot.SPOOF_GUARD, 1, "IP_GUARD");
    private static final TableRef TTL = new TableRef(Slot.ROUTING, 1, "IP_TTL");
    private static final TableRef ROUTES = new TableRef(Slot.ROUTING, 2, "IP_ROUTES");
    private static final TableRef MTU = new TableRef(Slot.PATH_MTU, 1, "IP_MTU");
    private static final TableRef TOO_BIG = new TableRef(Slot.PATH_MTU, 2, "IP_TOO_BIG");

    @Override
    public String name() {
        return "connectivity";
    }

    @Override
    public List<Stage> stages() {
        Match ip = Match.ip();
        return List.of(
                Intake.stage(),
                Stage.of("ip-guard", Slot.SPOOF_GUARD, ip, List.of(GUARD), new SourceGuard(Family.IPV4, GUARD).rules()),
                Arp.guard(),
                Arp.responder(),
                Stage.of(
                                "ip-routing",
                                Slot.ROUTING,
                                ip,
                                List.of(TTL, ROUTES),
                                new Routing(Family.IPV4, TTL, ROUTES, IcmpErrors.EXPIRED.name()).rules())
                        .answering(IcmpErrors.EXPIRED),
                Stage.of(
                                "ip-path-mtu",
                                Slot.PATH_MTU,
                                ip,
                                List.of(MTU, TOO_BIG),
                                new PathMtu(Family.IPV4, MTU, TOO_BIG, IcmpErrors.TOO_BIG.name()).rules())
                        .answering(IcmpErrors.TOO_BIG),
                Overlay.tunnels(),
                Overlay.output());
    }

    @Override
    public List<Rule<?>> rules() {
        List<Rule<?>> rules = new ArrayList<>(Ports.rules());
        rules.add(Overlay.neighbours());
        rules.add(NodeProblems.rule());
        rules.add(PodProblems.rule());
        return rules;
    }
}
