package org.karst.pipeline;

import java.util.List;
import java.util.Objects;
import org.karst.model.Cidr;
import org.karst.model.Family;

/**
 * The cluster's network, as an administrator configured it (Network.operator.openshift.io/v1, spec).
 *
 * @param pools {@code clusterNetwork[]}: where node subnets come from, the first ones first
 * @param serviceCidrs {@code serviceNetwork[]}
 * @param mtu {@code mtu} of pods; 0 = that of each node's uplink minus the overhead of the tunnel
 * @param genevePort {@code genevePort}
 * @param controllers where switches reach the controller, as ovs-vsctl(8) writes it: {@code tcp:198.18.0.1:6653}
 * @param datapathType {@code datapath_type} of bridges: "" = the kernel's, netdev = userspace
 * @param hostNetworkNamespace the namespace that stands for the nodes themselves where policies select namespaces; "" = none does
 */
public record ClusterNetwork(
        List<SubnetPool> pools,
        List<Cidr> serviceCidrs,
        int mtu,
        int genevePort,
        List<String> controllers,
        String datapathType,
        String hostNetworkNamespace) {
    /** The namespace that OpenShift's own policies select to mean nodes. */
    public static final String HOST_NETWORK_NAMESPACE = "openshift-host-network";

    /** What Geneve adds to a packet over IPv4 or IPv6, with room for options: as OVN-Kubernetes counts. */
    public static final int TUNNEL_OVERHEAD = 100;

    public ClusterNetwork {
        pools = List.copyOf(pools);
        List<Cidr> clusterCidrs = pools.stream().map(SubnetPool::cidr).toList();
        serviceCidrs = List.copyOf(serviceCidrs);
        controllers = List.copyOf(controllers);
        Objects.requireNonNull(datapathType, "datapathType");
        Objects.requireNonNull(hostNetworkNamespace, "hostNetworkNamespace");
        if (genevePort < 1 || genevePort > 0xffff) {
            throw new IllegalArgumentException("genevePort must be 1 to 65535, not " + genevePort);
        }
        int least = clusterCidrs.stream().anyMatch(cidr -> cidr.family() == Family.IPV6) ? 1280 : 576;
        if (mtu != 0 && (mtu < least || mtu > 65_536)) {
            throw new IllegalArgumentException("mtu must be " + least + " to 65536, or 0 to probe, not " + mtu);
        }
        for (int i = 0; i < clusterCidrs.size(); i++) {
            for (int j = i + 1; j < clusterCidrs.size(); j++) {
                if (clusterCidrs.get(i).overlaps(clusterCidrs.get(j))) {
                    throw new IllegalArgumentException(
                            "clusterNetwork " + clusterCidrs.get(i) + " and " + clusterCidrs.get(j) + " overlap");
                }
            }
        }
    }

    /** One in which {@value #HOST_NETWORK_NAMESPACE} stands for nodes. */
    public ClusterNetwork(
            List<SubnetPool> pools,
            List<Cidr> serviceCidrs,
            int mtu,
            int genevePort,
            List<String> controllers,
            String datapathType) {
        this(pools, serviceCidrs, mtu, genevePort, controllers, datapathType, HOST_NETWORK_NAMESPACE);
    }

    /** {@code clusterNetwork[].cidr}. */
    public List<Cidr> clusterCidrs() {
        return pools.stream().map(SubnetPool::cidr).toList();
    }
}
