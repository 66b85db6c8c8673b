package org.karst.ipv6;

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

/** The feature: the IPv6 family. */
@Component(service = Feature.class)
public final class Ipv6 implements Feature {
    private static final TableRef GUARD = new TableRef(Slot.SPOOF_GUARD, 3, "IPV6_GUARD");
    private static final TableRef HOP_LIMIT = new TableRef(Slot.ROUTING, 3, "IPV6_HOP_LIMIT");
    private static final TableRef ROUTES = new TableRef(Slot.ROUTING, 4, "IPV6_ROUTES");
    private static final TableRef MTU = new TableRef(Slot.PATH_MTU, 3, "IPV6_MTU");
    private static final TableRef TOO_BIG = new TableRef(Slot.PATH_MTU, 4, "IPV6_TOO_BIG");

    @Override
    public String name() {
        return "ipv6";
    }

    @Override
    public List<Stage> stages() {
        Match ipv6 = Match.ipv6();
        List<Rule<?>> guards = new ArrayList<>(new SourceGuard(Family.IPV6, GUARD).rules());
        guards.add(new LinkLocalGuard(GUARD).rule());
        return List.of(
                Stage.of("ipv6-guard", Slot.SPOOF_GUARD, ipv6, List.of(GUARD), guards),
                NeighborDiscovery.stage(),
                Stage.of(
                                "ipv6-routing",
                                Slot.ROUTING,
                                ipv6,
                                List.of(HOP_LIMIT, ROUTES),
                                new Routing(Family.IPV6, HOP_LIMIT, ROUTES, Icmpv6Errors.EXPIRED.name()).rules())
                        .answering(Icmpv6Errors.EXPIRED),
                Stage.of(
                                "ipv6-path-mtu",
                                Slot.PATH_MTU,
                                ipv6,
                                List.of(MTU, TOO_BIG),
                                new PathMtu(Family.IPV6, MTU, TOO_BIG, Icmpv6Errors.TOO_BIG.name()).rules())
                        .answering(Icmpv6Errors.TOO_BIG));
    }
}
